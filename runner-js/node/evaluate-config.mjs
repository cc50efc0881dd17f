/**
 * Evaluates a project's Vitest config with the Vitest that will run its tests, and writes what the compiler needs as
 * JSON to the file named by the request. Started by `wpt-gen` only when a file that the last evaluation read has changed.
 *
 *     node evaluate-config.mjs '{"root": …, "configFile": …, "vitest": …, "mode": …, "cache": …, "output": …}'
 */
import "./die-with-parent.mjs";
import fs from "node:fs";
import { describeProject, describeRun, withoutFunctions } from "./describe-project.mjs";
import { ConfigLoader, openVitest } from "./load-config.mjs";
import { watchReads } from "./reads.mjs";
import { poolOptions } from "./recorded-options.mjs";
import { testEnvironment } from "./user-plugins.mjs";
import { PROJECT_PLUGIN } from "./vitest-projects.mjs";

/** In characters. */
const SHORTEST_SECRET = 6;

const request = JSON.parse(process.argv[2]);
const { root, configFile } = request;
/** What the evaluation depends on: files, folders, and variables of the environment: `env:<name>`, or `env:<prefix>*`. */
const inputs = new Set();
/** Whether config files read the environment in a way that does not show which variables. */
let readsAnyVariable = false;

function note(file, text = "") {
	inputs.add(file);
	noteVariables(text);
}

const loader = new ConfigLoader(request, note);

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

/** Variables that the config defines: Vitest puts them into its own environment. */
function definedVariables(keys) {
	const names = keys.map((key) => /^(?:import\.meta|process)\.env\.(\w+)$/.exec(key)?.[1]);
	const entries = names.filter((name) => name && name in process.env).map((name) => [name, process.env[name]]);
	return Object.fromEntries(entries);
}

/** What the compiler needs of one Vitest project. */
async function describe(project, config, users, defined) {
	const { resolve, test } = config;
	const own = project.vite.config.plugins.find((plugin) => plugin.name === PROJECT_PLUGIN);
	// Vite takes these into `import.meta.env`.
	for (const prefix of [project.vite.config.envPrefix ?? "VITE_"].flat()) inputs.add(`env:${prefix}*`);
	const context = {
		configFile: own ? (own.api.file ?? null) : (configFile ?? null),
		hasAlias: Boolean(resolve?.alias ?? test?.alias),
		userPlugins: users.describe(testEnvironment(project)),
		variables: definedVariables(defined),
		loadModule: loader.loadModule,
		note,
	};
	return describeProject(project, await poolOptions(project, project.config.provide ?? {}, false), context);
}

async function evaluate() {
	watchReads(root, (file) => inputs.add(file));
	// `allowOnly` depends on it, among others.
	inputs.add("env:CI");
	const { vitest, config, projects, configOf, users, definedIn } = await openVitest(request, loader, note);
	try {
		const rootConfig = vitest.config ?? vitest.getRootProject().config;
		return {
			projects: await Promise.all(projects.map((project) => describe(project, configOf(project), users, definedIn(project)))),
			...describeRun(rootConfig, config.test),
		};
	} finally {
		await vitest.close();
	}
}

let result;
try {
	result = await evaluate();
} catch (error) {
	const messages = error?.errors?.map(({ text, location }) => ({ text, location: location && loader.unshifted(location) }));
	const { message, stack = "", during } = error ?? {};
	result = { error: { message: String(message ?? error), stack: String(stack), esbuild: messages, during } };
}
result.inputs = [...inputs].sort();
result.keep = !readsAnyVariable && !holdsVariable(JSON.stringify(result, withoutFunctions));
fs.writeFileSync(request.output, JSON.stringify(result, withoutFunctions));
process.exit(0);
