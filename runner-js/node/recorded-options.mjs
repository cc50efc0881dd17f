/** How the options of the pool travel through a Vitest config that is evaluated. */

/** The name of our pool where a config has it as `test.pool`. */
export const POOL = "wpt-gen";

/** How packages are resolved for a Worker. */
const CONDITIONS = ["workerd", "worker", "module", "browser"];
const MAIN_FIELDS = ["browser", "module", "jsnext:main", "jsnext"];

/** The Vite plugin whose `api.options` holds what the project gave to the pool. */
export function recordOptions(options, generation) {
	return {
		name: "wpt-gen:options",
		api: { options, generation },
		// What the user's plugins ask Vite to resolve is for a Worker.
		config: ({ resolve }) => ({
			resolve: {
				conditions: CONDITIONS.filter((name) => !resolve?.conditions?.includes(name)),
				mainFields: MAIN_FIELDS.filter((name) => !resolve?.mainFields?.includes(name)),
			},
			ssr: { target: "webworker" },
		}),
	};
}

/** A config whose pool is ours: in the older generation `test.pool` names it and `test.poolOptions.workers` has its options. */
export function withRecordedPool(config) {
	const pool = config?.test?.pool;
	if (pool?.name === POOL) {
		const { pool: _pool, ...test } = config.test;
		return { ...config, plugins: [...(config.plugins ?? []), recordOptions(pool.options, "plugin")], test };
	}
	return pool === "@cloudflare/vitest-pool-workers" ? fromPoolOptions(config) : config;
}

/** A config of the older generation, its options taken out of `test.poolOptions.workers`. */
export function fromPoolOptions(config) {
	const { poolOptions = {}, pool: _pool, ...test } = config.test ?? {};
	const { workers = {}, ...others } = poolOptions;
	return {
		...config,
		plugins: [...(config.plugins ?? []), recordOptions(workers, "poolOptions")],
		test: Object.keys(others).length > 0 ? { ...test, poolOptions: others } : test,
	};
}
