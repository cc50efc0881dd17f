/**
 * Between isolates and the project's own coverage provider: gives it what they have collected in the form that it has from
 * Node, and the compiled modules that this is about in the place of what Vite would make of the files.
 */
import { randomUUID } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { functionsOf } from "./coverage-ranges.mjs";

const NAME = "\n//# sourceURL=";
/** What stands around the code of a compiled module: one line before it, and this after it. */
const AFTER = "}}";

/** The compiled modules of one Vitest project. */
export class CompiledModules {
	#root;
	#modules = new Map();
	#scripts = new Map();
	#parse;

	/**
	 * @param root the project's
	 * @param modules the compiled text and the source map (JSON) of each module, by its path as stacks have it
	 * @param parse Vite's `parseAstAsync`
	 */
	constructor(root, modules, parse) {
		this.#root = root;
		this.#parse = parse;
		for (const [name, module] of Object.entries(modules)) this.#modules.set(path.resolve(root, name), module);
	}

	/** What the provider would get of Vite for a file: the code between what wpt-gen puts around it, and its source map. */
	transformed(file) {
		const module = this.#modules.get(file);
		if (!module) return undefined;
		const { code, start } = inner(module.code);
		const map = JSON.parse(module.map);
		const source = fs.existsSync(file) ? fs.readFileSync(file, "utf8") : null;
		const mappings = map.mappings.replace(/^;/, "");
		return { code, start, map: { ...map, mappings, sources: [pathToFileURL(file).href], sourcesContent: [source] } };
	}

	/** V8's `ScriptCoverage` of a module, by its path. */
	async scriptCoverage(name, ranges) {
		const file = path.resolve(this.#root, name);
		const module = this.#modules.get(file);
		if (!module) return undefined;
		if (!this.#scripts.has(file)) this.#scripts.set(file, this.#parse(module.code));
		return {
			scriptId: "0",
			url: pathToFileURL(file).href,
			functions: functionsOf(ranges, await this.#scripts.get(file)),
			startOffset: inner(module.code).start,
		};
	}
}

/** The code of a compiled module, and where it begins. */
function inner(text) {
	const start = text.indexOf("\n") + 1;
	const end = text.lastIndexOf(AFTER, text.lastIndexOf(NAME));
	return { code: text.slice(start, end), start };
}

/**
 * Makes a provider of Vitest's take the compiled modules of projects; all other files are Vite's.
 *
 * @param provider one that is initialised
 * @param compiledOf gives the {@link CompiledModules} of a project by its name, if there are any
 */
export function adaptProvider(provider, compiledOf) {
	const transform = provider.transformFile.bind(provider);
	provider.transformFile = async (file, project, ...rest) => (await compiledOf(project.name)?.transformed(file)) ?? transform(file, project, ...rest);
}

/**
 * What the provider's `onAfterSuiteRun` takes, from what an isolate gives.
 *
 * @param provider the project's
 * @param major Vitest's
 * @param report the argument of the isolate's `onAfterSuiteRun`
 * @param project its project
 * @param compiled the project's {@link CompiledModules}, where V8 says what of them ran
 */
export async function suiteReport(provider, major, report, project, compiled) {
	const { v8, istanbul } = JSON.parse(report.coverage);
	if (istanbul) await knowSources(provider, project, Object.keys(istanbul));
	const coverage = istanbul ?? { result: await scripts(v8, compiled) };
	// Since Vitest 5, who collects it also writes it down.
	const isFile = major >= 5;
	const file = path.join(provider.coverageFilesDirectory, `coverage-${randomUUID()}.json`);
	if (isFile) fs.writeFileSync(file, JSON.stringify(coverage));
	return { ...report, environment: "ssr", coverage: isFile ? file : coverage };
}

/** Files whose sources providers know. */
const known = new WeakMap();

/** Since Vitest 5.1, what files were before they were instrumented is only known to who instrumented them: that was another process. */
async function knowSources(provider, project, files) {
	if (!provider.restoreModuleCacheData) return;
	if (!known.has(project)) known.set(project, new Set());
	const fresh = files.filter((file) => !known.get(project).has(file));
	for (const file of fresh) known.get(project).add(file);
	// Later steps, which are not wanted, may fail.
	await Promise.allSettled(fresh.map((file) => project.vite.environments.ssr.transformRequest(file)));
}

async function scripts(ranges, compiled) {
	const found = Object.entries(ranges).map(([name, list]) => compiled.scriptCoverage(name, list));
	return (await Promise.all(found)).filter(Boolean);
}
