/**
 * Answers `@cloudflare/vitest-plugin` and `@cloudflare/vitest-pool-workers` while a Vitest config is evaluated: records
 * the options instead of starting a pool. `evaluate-config.mjs` finds them in the plugin that is returned.
 */
import fs from "node:fs/promises";
import path from "node:path";
import { identify } from "sql-query-identifier";

/** The Vite plugin whose `api.options` holds what the project gave to the pool. */
function recordOptions(options, generation) {
	return { name: "wpt-gen:options", api: { options, generation } };
}

/** The newest generation: a Vite plugin. */
export function cloudflareTest(options = {}) {
	return recordOptions(options, "plugin");
}

/** Used with `test.pool` in some configs of the newest generation. */
export function cloudflarePool(options = {}) {
	return { name: "wpt-gen", options };
}

function fromPoolOptions(config) {
	const { poolOptions = {}, pool: _pool, ...test } = config.test ?? {};
	const { workers = {}, ...others } = poolOptions;
	return {
		...config,
		plugins: [...(config.plugins ?? []), recordOptions(workers, "poolOptions")],
		test: Object.keys(others).length > 0 ? { ...test, poolOptions: others } : test,
	};
}

/** The older generation: `test.poolOptions.workers` in a config object, function or promise. */
export function defineWorkersConfig(config) {
	if (typeof config === "function") return async (env) => fromPoolOptions(await config(env));
	if (config instanceof Promise) return config.then(fromPoolOptions);
	return fromPoolOptions(config);
}
export const defineWorkersProject = defineWorkersConfig;

/** The migrations of a folder, in the order of their names, each as its single statements. */
export async function readD1Migrations(folder) {
	if (typeof folder !== "string") {
		throw new TypeError("Failed to execute 'readD1Migrations': parameter 1 is not of type 'string'.");
	}
	const names = (await fs.readdir(folder)).filter((name) => name.endsWith(".sql")).sort(byNumberThenName);
	return Promise.all(
		names.map(async (name) => ({ name, queries: statements(await fs.readFile(path.join(folder, name), "utf8")) })),
	);
}

/** `0002_x.sql` before `0010_y.sql`, as wrangler applies them. */
function byNumberThenName(a, b) {
	const number = (name) => parseInt(name.split("_")[0], 10);
	return number(a) - number(b) || (a < b ? -1 : 1);
}

function statements(sql) {
	return identify(sql, { strict: false, dialect: "sqlite" })
		.map(({ text }) => text.trim().replace(/;$/, ""))
		.filter((text) => text !== "");
}

export function buildPagesASSETSBinding() {
	throw new Error("wpt-gen does not serve Pages assets yet: remove `buildPagesASSETSBinding()` from the Vitest config");
}
