/** Which of a Vite server's plugins are the user's: those that stand in a config, and what these make for an environment. */

const HOOKS = ["resolveId", "load", "transform"];

/** The user's plugins of a config and of its projects. Vite's own, Vitest's and ours are told from them by what they are, not by name. */
export class UserPlugins {
	#objects = new WeakSet();

	/** To be called before Vite sees the config. */
	static async of(config) {
		const plugins = new UserPlugins();
		for (const { plugins: listed } of [config, ...(config.test?.projects ?? [])]) {
			for (const plugin of await flatten(listed)) plugins.#add(plugin);
		}
		return plugins;
	}

	#add(plugin) {
		if (this.#objects.has(plugin) || plugin.name?.startsWith("wpt-gen")) return;
		this.#objects.add(plugin);
		const { applyToEnvironment } = plugin;
		if (typeof applyToEnvironment !== "function") return;
		plugin.applyToEnvironment = async (environment) => {
			const applied = await applyToEnvironment.call(plugin, environment);
			if (applied && typeof applied === "object") for (const made of await flatten([applied])) this.#add(made);
			return applied;
		};
	}

	has(plugin) {
		return this.#objects.has(plugin);
	}

	/** Those of an environment that have a say about modules, with their hooks. */
	describe(environment) {
		return environment.plugins
			.filter((plugin) => this.has(plugin))
			.map((plugin) => ({ name: nameOf(plugin), hooks: HOOKS.filter((hook) => plugin[hook]) }))
			.filter(({ hooks }) => hooks.length > 0);
	}
}

/** A plugin's name. */
export const nameOf = (plugin) => plugin.name || "(a plugin without a name)";

/** The environment in which Vitest transforms the modules of tests. */
export const testEnvironment = ({ vite }) => vite.environments.ssr;

async function flatten(plugins) {
	const settled = await Promise.all([plugins].flat(Infinity));
	return settled.some(Array.isArray) ? flatten(settled) : settled.filter((plugin) => plugin && typeof plugin === "object");
}
