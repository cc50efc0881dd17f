/** The Vite plugin that makes a project's tests run in workerd, and the pool that it sets. */
import { POOL, WORKER_CONFIG, recordOptions } from "../node/recorded-options.mjs";
import { UserPlugins } from "../node/user-plugins.mjs";
import { Host } from "./host.mjs";
import { PoolWorker } from "./pool-worker.mjs";

/** Versions of Vitest whose pools and workers are known. */
const SUPPORTED = /^(?:4\.1|5\.[01])\./;
/** What Vitest adds to a config. */
const OWN_PLUGIN = /^vitest(?::|$)/;
/** What is there in workerd only. Vite looks at such imports where tests are found without being run. */
const BUILTINS = /^(?:cloudflare|workerd):/;

/** @param options the pool's, or a function that gives them */
export function cloudflareTest(options = {}) {
	const plugin = recordOptions(options, "plugin");
	return {
		...plugin,
		async config(config) {
			const { plugins = [], resolve, test } = config;
			const others = plugins.flat(3).filter((other) => other && !OWN_PLUGIN.test(other.name));
			const users = await UserPlugins.of({ plugins: others });
			Object.assign(plugin.api, { users, hasAlias: Boolean(resolve?.alias ?? test?.alias) });
			return { ...WORKER_CONFIG, test: { server: { deps: { inline: true } } } };
		},
		resolveId: (id) => (BUILTINS.test(id) ? { id, external: true } : undefined),
		configureVitest({ vitest, project }) {
			if (!SUPPORTED.test(vitest.version)) {
				throw new Error(`wpt-gen/vitest works with Vitest 4.1, 5.0 and 5.1; this is Vitest ${vitest.version}.`);
			}
			Host.of(vitest).attach();
			project.config.poolRunner = cloudflarePool(options);
			project.config.pool = POOL;
		},
	};
}

/** A value for `test.pool`. */
export function cloudflarePool(options = {}) {
	return { name: POOL, options, createPoolWorker: ({ project, method }) => new PoolWorker(project, Host.of(project.vitest)) };
}
