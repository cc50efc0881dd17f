/** What a Vitest config gets in place of the peer's packages. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
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

test("a folder is a string", async () => {
	await assert.rejects(readD1Migrations(1), /parameter 1 is not of type 'string'/);
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
