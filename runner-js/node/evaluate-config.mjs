/**
 * Evaluates a project's Vitest config with the Vitest that will run its tests, and writes what the compiler needs as
 * JSON to the file named by the request. Started by `wpt-gen` only when a file that the last evaluation read has changed.
 *
 *     node evaluate-config.mjs '{"root": …, "configFile": …, "vitest": …, "mode": …, "cache": …, "output": …}'
 */
import fs from "node:fs";
import { createRequire, syncBuiltinESMExports } from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { build } from "esbuild";
import { cloudflareConfig, configImports } from "./cloudflare-config.mjs";
import { answerImports } from "./plugin-imports.mjs";
import { encode } from "./encode.mjs";
import { withRecordedPool } from "./recorded-options.mjs";
import { expandProjects, labelOf, PROJECT_PLUGIN } from "./vitest-projects.mjs";

const PEER_MODULES = [
	"@cloudflare/vitest-plugin",
	"@cloudflare/vitest-plugin/config",
	"@cloudflare/vitest-pool-workers",
	"@cloudflare/vitest-pool-workers/config",
];
/** In characters. */
const SHORTEST_SECRET = 6;
const CONFIG_SHIM = new URL("./config-shim.mjs", import.meta.url).href;

// wpt-gen holds the other end of stdin: when it is gone, so are we, even if the config never gives control back.
new Worker(
	`const { Socket } = require("node:net");
	new Socket({ fd: 0, writable: false }).resume().on("close", () => process.kill(process.pid, "SIGKILL"));`,
	{ eval: true },
).unref();

const request = JSON.parse(process.argv[2]);
const { root, configFile, mode } = request;
/** What the evaluation depends on: files, folders, and variables of the environment as `env:<name>`. */
const inputs = new Set();
/** Whether config files read the environment in a way that does not show which variables. */
let readsAnyVariable = false;

/** Notes the variables of the environment that a config file names. */
function noteVariables(text) {
	for (const [, name, quoted] of text.matchAll(/\bprocess\.env(?:\??\.([A-Za-z_]\w*)|(?:\?\.)?\[["'](\w+)["']\])?/g)) {
		if (name ?? quoted) inputs.add(`env:${name ?? quoted}`);
		else readsAnyVariable = true;
	}
	readsAnyVariable ||= /\bfrom\s*["'](node:)?process["']/.test(text);
}

/** Whether a result holds the value of a variable, which may be a secret; short ones are switches and numbers. */
function holdsVariable(text) {
	const values = [...inputs].filter((input) => input.startsWith("env:")).map((input) => process.env[input.slice("env:".length)] ?? "");
	return values.some((value) => value.length >= SHORTEST_SECRET && text.includes(JSON.stringify(value).slice(1, -1)));
}

/** Notes every file of the project that is read while the config runs, whoever reads it. */
function watchReads() {
	const note = (target) => {
		const file = target instanceof URL ? fileURLToPath(target) : target;
		if (typeof file !== "string") return;
		const absolute = path.resolve(file);
		if (absolute.startsWith(root + path.sep) && !absolute.includes("/node_modules/")) inputs.add(absolute);
	};
	for (const [holder, names] of [
		[fs, ["readFileSync", "readFile", "readdirSync", "readdir"]],
		[fs.promises, ["readFile", "readdir"]],
	]) {
		for (const name of names) {
			const original = holder[name];
			holder[name] = function (target, ...rest) {
				note(target);
				return original.call(this, target, ...rest);
			};
		}
	}
	syncBuiltinESMExports();
}

/** The peer's modules are ours: loaded from where they are, because what they import is installed beside them. */
const peerModules = {
	name: "wpt-gen:peer-modules",
	setup({ onResolve }) {
		onResolve({ filter: /^@cloudflare\/vitest-/ }, ({ path: name }) =>
			PEER_MODULES.includes(name) ? { path: CONFIG_SHIM, external: true } : undefined,
		);
		// For `Request` and `Response` in functions: a project may have it only through the peer.
		onResolve({ filter: /^miniflare$/ }, ({ path: name }) =>
			isInstalled(name) ? undefined : { path: import.meta.resolve(name), external: true },
		);
	},
};

function isInstalled(name) {
	try {
		createRequire(path.join(root, "package.json")).resolve(name);
		return true;
	} catch {
		return false;
	}
}

/** By how much the first line of a file is moved to the right, in characters. */
const shifts = new Map();

/** `import.meta.url`, `__dirname` and `__filename` keep their meaning although the file is bundled elsewhere. */
const originalLocations = {
	name: "wpt-gen:original-locations",
	setup({ onLoad }) {
		onLoad({ filter: /\.[cm]?[jt]s$/ }, async ({ path: file }) => {
			if (file.includes("/node_modules/")) return undefined;
			inputs.add(file);
			const text = await fs.promises.readFile(file, "utf8");
			noteVariables(text);
			const names = { url: pathToFileURL(file).href, dirname: path.dirname(file), filename: file };
			const declarations = Object.entries(names)
				.map(([name, value]) => `const __wpt_${name} = ${JSON.stringify(value)};`)
				.join("");
			const loader = /\.[cm]?ts$/.test(file) ? "ts" : "js";
			if (text.startsWith("#!")) return { contents: text, loader };
			shifts.set(file, declarations.length);
			return { contents: declarations + text, loader };
		});
	},
};

let loaded = 0;

/** What a config file exports, whatever the form. */
const loadFile = async (file) => (await loadModule(file)).default;

async function loadModule(file) {
	loaded += 1;
	const outfile = path.join(request.cache, `vitest.config.${process.pid}.${loaded}.mjs`);
	await build({
		absWorkingDir: root,
		entryPoints: [file],
		outfile,
		bundle: true,
		platform: "node",
		format: "esm",
		target: `node${process.versions.node}`,
		packages: "external",
		define: {
			"import.meta.url": "__wpt_url",
			"import.meta.dirname": "__wpt_dirname",
			"import.meta.filename": "__wpt_filename",
			__dirname: "__wpt_dirname",
			__filename: "__wpt_filename",
		},
		plugins: [peerModules, configImports, originalLocations],
		logLevel: "silent",
		sourcemap: "inline",
	});
	try {
		return await import(pathToFileURL(outfile).href);
	} finally {
		fs.rmSync(outfile, { force: true });
	}
}

async function loadConfig(file) {
	let config = await loadFile(file);
	if (typeof config === "function") config = await config({ mode, command: "serve", isPreview: false, isSsrBuild: false });
	return withRecordedPool((await config) ?? {});
}

/** JSON has no functions; the compiler refuses them by their path. */
function withoutFunctions(_key, value) {
	if (typeof value === "function") return { $wptFunction: value.name };
	if (value instanceof RegExp) return { $wptRegExp: value.source, flags: value.flags };
	return value;
}

async function poolOptions(plugins, { provide: provided = {}, globalSetup = [] }) {
	// A project that extends another has the options of both: its own come last.
	const recorded = plugins.findLast((plugin) => plugin.name === "wpt-gen:options");
	if (!recorded) return { options: {}, generation: null };
	const { options, generation } = recorded.api;
	const inject = (key) => {
		if (key in provided || globalSetup.length === 0) return provided[key];
		throw Object.assign(new Error("only globalSetup provides it"), { injected: String(key) });
	};
	return { options: typeof options === "function" ? await options({ inject }) : options, generation };
}

/** What the compiler needs of one Vitest project. */
async function describeProject(project, config) {
	const resolved = project.config;
	const vite = project.vite.config;
	const { options, generation } = await poolOptions(vite.plugins, resolved);
	const context = { root: resolved.root, mode, loadModule, note: (file) => inputs.add(file) };
	const own = vite.plugins.find((plugin) => plugin.name === PROJECT_PLUGIN);
	return {
		name: project.name,
		color: resolved.color ?? project.color ?? null,
		root: resolved.root,
		configFile: own ? (own.api.file ?? null) : (configFile ?? null),
		options: encode(options),
		cloudflareConfig: await cloudflareConfig(options, context),
		generation,
		serializedConfig: project.serializedConfig,
		include: resolved.include,
		exclude: resolved.exclude,
		includeSource: resolved.includeSource ?? [],
		dir: resolved.dir ?? resolved.root,
		setupFiles: resolved.setupFiles ?? [],
		globalSetup: resolved.globalSetup ?? [],
		define: vite.define ?? {},
		alias: config.resolve?.alias ?? config.test?.alias ? vite.resolve.alias : [],
		userPlugins: (config.plugins ?? []).flat(3).map((plugin) => plugin?.name).filter((name) => name && !name.startsWith("wpt-gen")),
		viteEnvironment: vite.env,
		provide: resolved.provide ?? {},
		globals: resolved.globals ?? false,
	};
}

async function evaluate() {
	watchReads();
	const load = async (file) => {
		inputs.add(file);
		return loadConfig(file);
	};
	const { createVitest, version } = await import(pathToFileURL(path.join(request.vitest, "dist/node.js")).href);
	const config = await expandProjects(configFile ? await loadConfig(configFile) : {}, {
		root,
		file: configFile,
		mode,
		vitest: request.vitest,
		major: Number(version.split(".")[0]),
		load,
		loadFile,
		note: (file) => inputs.add(file),
	});
	const vitest = await createVitest("test", { root, mode, watch: false, config: false }, config);
	// Vitest replaces this by one that does not know where configs were written.
	Error.prepareStackTrace = undefined;
	try {
		const declared = config.test?.projects ?? [];
		const projects = vitest.projects.length > 0 ? vitest.projects : [vitest.getRootProject()];
		if (request.question) {
			const { project, imports } = request.question;
			return { answers: await answerImports(projects.find(({ name }) => name === project) ?? projects[0], imports) };
		}
		const rootConfig = vitest.config ?? vitest.getRootProject().config;
		return {
			projects: await Promise.all(
				projects.map((project) =>
					describeProject(project, declared.find(({ test }) => labelOf(test?.name) === project.name) ?? config),
				),
			),
			reporters: config.test?.reporters ?? null,
			outputFile: config.test?.outputFile ?? null,
			passWithNoTests: rootConfig.passWithNoTests ?? false,
			dangerouslyIgnoreUnhandledErrors: rootConfig.dangerouslyIgnoreUnhandledErrors ?? false,
		};
	} finally {
		await vitest.close();
	}
}

/** The place of an esbuild message in the file as it was written. */
function unshifted({ file, line, column, length }) {
	const shift = line === 1 ? (shifts.get(path.resolve(root, file)) ?? 0) : 0;
	return { file, line, column: Math.max(column - shift, 0), length };
}

let result;
try {
	result = await evaluate();
} catch (error) {
	const messages = error?.errors?.map(({ text, location }) => ({ text, location: location && unshifted(location) }));
	const { message, stack = "", injected, during } = error ?? {};
	result = { error: { message: String(message ?? error), stack: String(stack), esbuild: messages, injected, during } };
}
result.inputs = [...inputs].sort();
result.keep = !readsAnyVariable && !holdsVariable(JSON.stringify(result, withoutFunctions));
fs.writeFileSync(request.output, JSON.stringify(result, withoutFunctions));
process.exit(0);
