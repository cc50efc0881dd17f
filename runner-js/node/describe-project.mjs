/** What the compiler needs to know of a Vitest project, as `src/config/vitest` reads it. */
import { cloudflareConfig } from "./cloudflare-config.mjs";
import { encode } from "./encode.mjs";

/**
 * @param project a Vitest project
 * @param pool what `poolOptions` gives for it
 * @param context `configFile` (absolute, or null), `hasAlias` (whether the config has aliases of its own), `userPlugins` (see `user-plugins.mjs`),
 *   `variables` (that it defines), `functions` (gets those of the options, by their path, if it is given), `loadModule(file)`,
 *   and `note(file)`, called for what was looked at
 */
export async function describeProject(project, { options, generation, injected, failed }, { configFile, hasAlias, userPlugins, variables = {}, functions, loadModule, note }) {
	const resolved = project.config;
	const vite = project.vite.config;
	return {
		name: project.name,
		color: resolved.color ?? project.color ?? null,
		root: resolved.root,
		configFile,
		options: encode(options, [], [], functions),
		cloudflareConfig: await cloudflareConfig(options, { root: resolved.root, mode: vite.mode, loadModule, note }),
		generation,
		injected,
		failed,
		serializedConfig: project.serializedConfig,
		include: resolved.include,
		exclude: resolved.exclude,
		includeSource: resolved.includeSource ?? [],
		dir: resolved.dir ?? resolved.root,
		setupFiles: resolved.setupFiles ?? [],
		// The root's run too, whatever the project inherits.
		globalSetup: [...new Set([project.vitest.getRootProject().config, resolved].flatMap(({ globalSetup }) => globalSetup ?? []))],
		// Vitest 5 takes those out that it would set while tests run: what is no plain global.
		define: { ...vite.define, ...resolved._scriptDefines },
		alias: hasAlias ? vite.resolve.alias : [],
		userPlugins,
		viteEnvironment: { ...vite.env, ...variables },
		provide: resolved.provide ?? {},
		globals: resolved.globals ?? false,
		calledInNode: calledInNode(resolved),
	};
}

/** Vitest's own ways to put test files in order. */
const SEQUENCERS = ["BaseSequencer", "RandomSequencer"];

/** Options that are functions which Vitest calls in Node.js. */
function calledInNode(resolved) {
	const { onConsoleLog, onStackTrace, onUnhandledError } = resolved;
	// Vitest moves it there.
	const { resolveSnapshotPath } = resolved.snapshotOptions ?? {};
	const options = { onConsoleLog, onStackTrace, onUnhandledError, resolveSnapshotPath };
	const names = Object.keys(options).filter((name) => typeof options[name] === "function");
	const { sequencer } = resolved.sequence ?? {};
	return sequencer && !SEQUENCERS.includes(sequencer.name) ? [...names, "sequencer"] : names;
}

/** What holds for a whole run: `root` is the root project's resolved config, `test` what the config file has. */
export const describeRun = (root, test) => ({
	reporters: test?.reporters ?? null,
	outputFile: test?.outputFile ?? null,
	run: runSettings(root, test ?? {}),
});

/** `given` is `test` as the user wrote it. */
function runSettings(resolved, given) {
	const decidesWorkers = given.maxWorkers !== undefined || given.fileParallelism === false;
	return {
		passWithNoTests: resolved.passWithNoTests ?? false,
		dangerouslyIgnoreUnhandledErrors: resolved.dangerouslyIgnoreUnhandledErrors ?? false,
		hideSkippedTests: resolved.hideSkippedTests ?? false,
		silent: resolved.silent ?? false,
		update: resolved.update ?? null,
		slowTestThreshold: resolved.slowTestThreshold ?? null,
		teardownTimeout: resolved.teardownTimeout ?? null,
		maxWorkers: decidesWorkers ? resolved.maxWorkers : null,
		hasSeed: given.sequence?.seed !== undefined,
		shuffleFiles: resolved.sequence.sequencer?.name === "RandomSequencer",
		cache: resolved.cache !== false,
		clearScreen: resolved.clearScreen ?? true,
		forceRerunTriggers: resolved.forceRerunTriggers ?? [],
	};
}

/** For `JSON.stringify`, which has no functions: the compiler refuses them by their path. */
export function withoutFunctions(_key, value) {
	if (typeof value === "function") return { $wptFunction: value.name };
	if (value instanceof RegExp) return { $wptRegExp: value.source, flags: value.flags };
	return value;
}
