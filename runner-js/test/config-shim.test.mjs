/** What a Vitest config gets in place of the peer's packages. */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { cloudflareTest, defineWorkersConfig, readD1Migrations } from "../node/config-shim.mjs";

test("migrations come in the order of their numbers, as single statements", async () => {
	const folder = await mkdtemp(path.join(tmpdir(), "migrations-"));
	try {
		await writeFile(path.join(folder, "0010_last.sql"), "DROP TABLE t;");
		await writeFile(
			path.join(folder, "0002_first.sql"),
			`-- a comment; with a semicolon
CREATE TABLE t (a TEXT DEFAULT ';');
CREATE TRIGGER g AFTER INSERT ON t BEGIN UPDATE t SET a = 'x;y'; DELETE FROM t; END;
INSERT INTO t VALUES ('it''s; fine')`,
		);
		await writeFile(path.join(folder, "notes.txt"), "not a migration");
		const migrations = await readD1Migrations(folder);
		assert.deepEqual(migrations.map(({ name }) => name), ["0002_first.sql", "0010_last.sql"]);
		const [first] = migrations;
		assert.equal(first.queries.length, 3);
		assert.match(first.queries[1], /^CREATE TRIGGER .* END$/s);
		assert.equal(first.queries[2], "INSERT INTO t VALUES ('it''s; fine')");
	} finally {
		await rm(folder, { recursive: true });
	}
});

test("migrations are found by a pattern, as in a wrangler file", async () => {
	const projectPath = await mkdtemp(path.join(tmpdir(), "migrations-"));
	try {
		for (const name of ["drizzle/10_b", "drizzle/9_a", "drizzle/meta", "other"]) {
			await mkdir(path.join(projectPath, name), { recursive: true });
			await writeFile(path.join(projectPath, name, "migration.sql"), "BEGIN TRANSACTION;\nSELECT 1;\nSELECT 2;\nCOMMIT;\n");
		}
		await writeFile(path.join(projectPath, "drizzle/1_top.sql"), "SELECT 0");
		const read = (options) => readD1Migrations({ projectPath, migrationsDir: "drizzle", ...options });
		const names = (migrations) => migrations.map(({ name }) => name);
		const found = await read({ migrationsPattern: "drizzle/*/migration.sql" });
		assert.deepEqual(names(found), ["9_a/migration.sql", "10_b/migration.sql", "meta/migration.sql"]);
		assert.deepEqual(found[0].queries, ["SELECT 1", "SELECT 2"]);
		assert.deepEqual(names(await read({})), ["1_top.sql"]);
		assert.equal((await read({ migrationsPattern: "./drizzle/**/*.sql" })).length, 4);
		await assert.rejects(read({ migrationsPattern: "other/*.sql" }), /to start with "drizzle\/"/);
	} finally {
		await rm(projectPath, { recursive: true });
	}
});

test("a source of migrations is a string or an object", async () => {
	for (const source of [1, null, undefined]) {
		await assert.rejects(readD1Migrations(source), /parameter 1 is not of type 'string' or 'object'/);
	}
});

test("options are recorded in a Vite plugin, whichever generation gives them", async () => {
	assert.deepEqual(cloudflareTest({ main: "a.ts" }).api, { options: { main: "a.ts" }, generation: "plugin" });
	const old = { plugins: [{ name: "own" }], test: { poolOptions: { workers: { main: "b.ts" } }, globals: true } };
	for (const config of [defineWorkersConfig(old), await defineWorkersConfig(async () => old)()]) {
		assert.deepEqual(config.test, { globals: true });
		assert.deepEqual(config.plugins.map(({ name }) => name), ["own", "wpt-gen:options"]);
		assert.deepEqual(config.plugins[1].api.options, { main: "b.ts" });
	}
});
