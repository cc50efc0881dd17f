/**
 * Asks a Vite server what the user's plugins make of imports and modules. All plugins run, in Vite's order; of the user's it
 * is noted what they did. What Vite and Vitest do at the end (import analysis, hoisting of mocks, `define`) is left out, because the
 * compiler does it for all modules alike.
 *
 * The server may be in use otherwise: only what runs within a question is changed.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import fs from "node:fs";
import path from "node:path";
import { nameOf, testEnvironment } from "./user-plugins.mjs";

/** Plugins of Vite and Vitest whose work the compiler does. */
const LEFT_OUT = new Set([
	"vite:define",
	"vite:dynamic-import-vars",
	"vite:client-inject",
	"vite:css-analysis",
	"vite:import-analysis",
	"vitest:meta-env-replacer",
	"vitest:mocks",
	"vitest:automock",
	"vitest:coverage-transform",
	"vitest:normalize-url",
]);
const HOOKS = ["resolveId", "load", "transform"];
/** What the syntax of a module may be when all plugins have run; anything else is JavaScript then. */
const SYNTAXES = ["ts", "tsx", "jsx"];

/** What is being asked. */
const questions = new AsyncLocalStorage();
const observed = new WeakSet();

/** Calls a plugin's hook `before` and `after` it gave something, if a question is being asked. */
function observe(plugin, hook, { after, leaveOut = false }) {
	const original = plugin[hook];
	const handler = typeof original === "function" ? original : original.handler;
	const observing = function (...args) {
		const question = questions.getStore();
		if (!question) return handler.apply(this, args);
		if (leaveOut) return undefined;
		const blame = (error) => {
			question.thrown ??= { plugin: nameOf(plugin), hook, error };
			throw error;
		};
		try {
			const result = handler.apply(this, args);
			if (typeof result?.then !== "function") {
				after(question, args, result);
				return result;
			}
			return result.then((settled) => {
				after(question, args, settled);
				return settled;
			}, blame);
		} catch (error) {
			return blame(error);
		}
	};
	plugin[hook] = typeof original === "function" ? observing : { ...original, handler: observing };
}

/** Notes what a user's plugin does. */
const notes = (plugin) => ({
	resolveId(question, [specifier], result) {
		if (!("specifier" in question)) return;
		const id = typeof result === "string" ? result : result?.id;
		// A plugin may hand on what the others have found.
		question.claim = id && !question.unclaimed.has(id) ? nameOf(plugin) : null;
	},
	load(question, [id], result) {
		if (question.id === id && result != null) question.touched.push({ name: nameOf(plugin), hook: "load" });
	},
	transform(question, [code, id], result) {
		if (question.id !== id || !result) return;
		const made = typeof result === "string" ? result : result.code;
		if (made !== undefined && made !== code) question.touched.push({ name: nameOf(plugin), hook: "transform" });
	},
});

const withoutQuery = (id) => id.replace(/[?#].*$/s, "");

export class PluginPipeline {
	#environment;

	/**
	 * @param project a Vitest project
	 * @param users the {@link UserPlugins} of its config
	 * @param instruments whether coverage instruments modules: then Vitest's plugin that does counts as one of the user's
	 */
	constructor(project, users, { instruments = false } = {}) {
		this.#environment = testEnvironment(project);
		for (const plugin of this.#environment.plugins) {
			const counts = users.has(plugin) || (instruments && plugin.name === "vitest:coverage-transform");
			const leaveOut = !counts && LEFT_OUT.has(plugin.name);
			if ((!counts && !leaveOut) || observed.has(plugin)) continue;
			observed.add(plugin);
			const after = notes(plugin);
			for (const hook of HOOKS) {
				if (plugin[hook]) observe(plugin, hook, { after: after[hook], leaveOut });
			}
		}
		this.#noteResolved();
	}

	/** Notes what is resolved within a question without a claim of the user's. */
	#noteResolved() {
		const container = this.#environment.pluginContainer;
		const { resolveId } = container;
		container.resolveId = async function (...args) {
			const found = await resolveId.apply(this, args);
			const question = questions.getStore();
			if (found && question?.unclaimed && !question.claim) question.unclaimed.add(found.id);
			return found;
		};
	}

	/** Files that plugins want to be watched. */
	get watched() {
		return [...this.#environment.pluginContainer.watchFiles].map((file) => path.resolve(this.#environment.config.root, file));
	}

	/**
	 * What an import means: its `id`, whether it is `external`, and the `plugin` of the user's that says so, if one does. Null if no
	 * plugin knows.
	 *
	 * @param importer the id of the importing module
	 */
	async resolve(specifier, importer) {
		const question = { specifier, claim: null, unclaimed: new Set(), own: withoutQuery(importer) };
		return this.#ask(question, async () => {
			const found = await this.#environment.pluginContainer.resolveId(specifier, importer);
			return found && { id: found.id, external: Boolean(found.external), plugin: question.claim };
		});
	}

	/**
	 * The module with this id if a user's plugin loads or transforms it: its `code` and `map`, its `syntax`, and the `plugins` that had a
	 * hand in it, with their hooks. Null if none does.
	 */
	async module(id) {
		const question = { id, touched: [], own: withoutQuery(id) };
		return this.#ask(question, async () => {
			const loaded = await this.#load(id);
			if (loaded === null) return null;
			const { pluginContainer, moduleGraph } = this.#environment;
			await moduleGraph.ensureEntryFromUrl(id);
			const { code, map: inMap, moduleType } = loaded;
			const made = await pluginContainer.transform(code, id, { inMap, moduleType });
			const plugins = this.#distinct(question.touched);
			if (plugins.length === 0) return null;
			const map = made.map ?? inMap;
			const syntax = SYNTAXES.find((known) => known === made.moduleType) ?? "js";
			return { code: made.code, map: mapText(map), syntax, plugins };
		});
	}

	#distinct(touched) {
		const seen = new Set();
		return touched.filter(({ name, hook }) => {
			const key = `${hook} ${name}`;
			return !seen.has(key) && seen.add(key);
		});
	}

	/** The module before it is transformed; null if there is none. */
	async #load(id) {
		const loaded = await this.#environment.pluginContainer.load(id);
		if (typeof loaded === "string") return { code: loaded };
		if (loaded != null) return { code: loaded.code, map: loaded.map, moduleType: loaded.moduleType };
		const code = await fs.promises.readFile(withoutQuery(id), "utf8").catch(() => null);
		return code === null ? null : { code };
	}

	/** What the question gives. What a user's plugin throws is thrown; what Vite throws is nothing, if no plugin of the user's had a hand in it. */
	async #ask(question, run) {
		try {
			return await questions.run(question, run);
		} catch (error) {
			const { plugin, hook } = question.thrown ?? {};
			if (plugin) throw new PluginError(plugin, hook, error);
			const last = question.touched?.at(-1);
			if (last) throw new PluginError(error?.plugin ?? last.name, error?.hook ?? last.hook, error);
			return null;
		}
	}
}

/** Whether a file that is read now is that of the module that is asked for, and so no other input. */
export const isOfQuestion = (file) => questions.getStore()?.own === file;

/** A plugin threw. */
export class PluginError extends Error {
	constructor(plugin, hook, cause) {
		super(String(cause?.message ?? cause), { cause });
		this.plugin = plugin;
		this.hook = hook;
		const { loc } = cause ?? {};
		if (loc?.line) this.place = { file: loc.file ?? cause.id, line: loc.line, column: loc.column ?? 0 };
	}
}

/** A source map as JSON; null if there is none that says anything. */
function mapText(map) {
	if (!map) return null;
	if (typeof map === "string") return map;
	return map.mappings ? JSON.stringify({ ...map, sourcesContent: undefined }) : null;
}
