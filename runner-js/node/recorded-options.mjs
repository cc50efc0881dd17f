/** How the options of the pool travel through a Vitest config that is evaluated. */
import { MARK } from "./encode.mjs";

/** The name of our pool where a config has it as `test.pool`. */
export const POOL = "wpt-gen";

/** The name of the Vite plugin that has them. */
const OPTIONS_PLUGIN = "wpt-gen:options";

/** As `wrangler deploy` resolves packages. */
const CONDITIONS = ["workerd", "worker", "module", "browser"];
const MAIN_FIELDS = ["browser", "module", "jsnext:main", "jsnext"];
/** Vite's config for a Worker. */
export const WORKER_CONFIG = { resolve: { conditions: CONDITIONS, mainFields: MAIN_FIELDS }, ssr: { target: "webworker", resolve: { conditions: CONDITIONS } } };

/** The Vite plugin whose `api.options` holds what the project gave to the pool. */
export function recordOptions(options, generation) {
	// What plugins ask Vite to resolve is for a Worker.
	return { name: OPTIONS_PLUGIN, api: { options, generation }, config: () => WORKER_CONFIG };
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

/** What the plugin knows that a project has, if it has one. */
export function recordedBy(project) {
	// A project that extends another has the options of both: its own come last.
	return project.vite.config.plugins.findLast((plugin) => plugin.name === OPTIONS_PLUGIN)?.api;
}

/**
 * What a project's config gives to the pool.
 *
 * @param project a Vitest project
 * @param provided what `inject` gives
 * @param setUp whether global setups have run: if not, marks stand for what they will provide
 * @returns the `options`, the config's `generation`, null without a pool, and the key of such a mark, if there is one; an
 *   error that is due to marks, in place of the options, as `failed`
 */
export async function poolOptions(project, provided, setUp) {
	const recorded = recordedBy(project);
	const pool = project.config.poolRunner;
	const { options, generation } = recorded ?? (pool?.name === POOL ? { options: pool.options, generation: "plugin" } : {});
	if (!generation) return { options: {}, generation: null, injected: null };
	if (typeof options !== "function") return { options, generation, injected: null };
	const isProvidedLater = [project, project.vitest.getRootProject()].some(({ config }) => config.globalSetup.length > 0);
	let injected = null;
	const inject = (key) => {
		if (key in provided || setUp || !isProvidedLater) return provided[key];
		injected ??= String(key);
		return mark(String(key));
	};
	try {
		return { options: await options({ inject }), generation, injected };
	} catch (error) {
		if (injected === null) throw error;
		return { options: {}, generation, injected, failed: String(error?.message ?? error) };
	}
}

/** Stands for a value, and for all that is in it: its text is the value's name. */
function mark(name) {
	const text = `<${name}>`;
	const own = { [MARK]: text, [Symbol.toPrimitive]: () => text, toString: () => text, toJSON: () => text };
	return new Proxy(own, {
		get: (_target, key) => own[key] ?? (typeof key === "string" && key !== "then" ? mark(`${name}.${key}`) : undefined),
	});
}
