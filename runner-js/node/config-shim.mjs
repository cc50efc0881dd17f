/**
 * Answers `@cloudflare/vitest-plugin` and `@cloudflare/vitest-pool-workers` while a Vitest config is evaluated: records
 * the options instead of starting a pool. `evaluate-config.mjs` finds them in the plugin that is returned.
 */
import fs from "node:fs/promises";
import path from "node:path";
import { identify } from "sql-query-identifier";
import { ASSETS } from "./encode.mjs";
import { POOL, fromPoolOptions, recordOptions } from "./recorded-options.mjs";

/** The newest generation: a Vite plugin. */
export function cloudflareTest(options = {}) {
	return recordOptions(options, "plugin");
}

/** Used with `test.pool` in some configs of the newest generation. */
export function cloudflarePool(options = {}) {
	return { name: POOL, options };
}

/** The older generation: `test.poolOptions.workers` in a config object, function or promise. */
export function defineWorkersConfig(config) {
	if (typeof config === "function") return async (env) => fromPoolOptions(await config(env));
	if (config instanceof Promise) return config.then(fromPoolOptions);
	return fromPoolOptions(config);
}
export const defineWorkersProject = defineWorkersConfig;

/**
 * The migrations of a folder, each as its single statements: the folder itself, or `migrationsDir` (`migrations` if not
 * given) and `migrationsPattern` of a D1 binding in the wrangler file, both relative to `projectPath`.
 */
export async function readD1Migrations(source) {
	if (typeof source !== "string" && (typeof source !== "object" || source === null)) {
		throw new TypeError("Failed to execute 'readD1Migrations': parameter 1 is not of type 'string' or 'object'.");
	}
	const { projectPath = process.cwd(), migrationsDir = "migrations", migrationsPattern } =
		typeof source === "string" ? { projectPath: source, migrationsDir: "." } : source;
	const folder = path.resolve(projectPath, migrationsDir);
	const within = migrationsPattern ? path.posix.relative(migrationsDir, migrationsPattern) : "*.sql";
	if (within.startsWith("..")) {
		throw new Error(`Expected migrations pattern "${migrationsPattern}" to start with "${migrationsDir}/"`);
	}
	const names = await listFiles(folder, patternOf(within), within.includes("/"));
	return Promise.all(
		names
			.sort(byNumberThenName)
			.map(async (name) => ({ name, queries: statements(await fs.readFile(path.join(folder, name), "utf8")) })),
	);
}

/** `*` stands for a part of a name, `**` for any folders. */
function patternOf(glob) {
	const text = glob.replace(/[.+^${}()|[\]\\]/g, "\\$&").replace(/\*\*\/|\*|\?/g, (wildcard) => {
		if (wildcard === "?") return "[^/]";
		return wildcard === "*" ? "[^/]*" : "(?:[^/]+/)*";
	});
	return new RegExp(`^${text}$`);
}

async function listFiles(folder, pattern, deep, prefix = "") {
	const entries = await fs.readdir(path.join(folder, prefix), { withFileTypes: true });
	const found = await Promise.all(
		entries.map((entry) => {
			const name = prefix + entry.name;
			if (entry.isDirectory()) return deep ? listFiles(folder, pattern, deep, `${name}/`) : [];
			return pattern.test(name) ? [name] : [];
		}),
	);
	return found.flat();
}

/** `0002_x.sql` before `0010_y.sql`, as wrangler applies them; names without a number come last. */
function byNumberThenName(a, b) {
	const number = (name) => {
		const parsed = parseInt(name, 10);
		return Number.isNaN(parsed) ? Infinity : parsed;
	};
	const [first, second] = [number(a), number(b)];
	if (first !== second) return first < second ? -1 : 1;
	return a < b ? -1 : 1;
}

/** D1 runs a migration as one transaction of its own; as wrangler does, this drops the one that a dump has around it. */
const withoutTransaction = (sql) =>
	sql.includes("BEGIN TRANSACTION;") ? sql.replace("BEGIN TRANSACTION;", "").replace("COMMIT;", "") : sql;

function statements(sql) {
	return identify(withoutTransaction(sql), { strict: false, dialect: "sqlite" })
		.map(({ text }) => text.trim().replace(/;$/, ""))
		.filter((text) => text !== "");
}

/** Stands for a folder of static assets, served as Pages does. The config may only bind it, not call it. */
export async function buildPagesASSETSBinding(assetsPath) {
	if (typeof assetsPath !== "string") {
		throw new TypeError("Failed to execute 'buildPagesASSETSBinding': parameter 1 is not of type 'string'.");
	}
	const binding = () => {
		throw new Error("what `buildPagesASSETSBinding()` returns can be bound to a Worker, and not called in the config");
	};
	return Object.assign(binding, { [ASSETS]: path.resolve(assetsPath) });
}
