/**
 * Answers Vitest's questions about modules (`fetch`, `resolve`) inside the isolate, from what was compiled ahead of
 * time. No host knows more. A question to it would belong to the handler's request that asks, and not be answered once that
 * is over.
 */
import type { Manifest, ModuleEntry } from "./manifest";
import { withStandIns } from "./prelude";
import { addFile } from "./shims/fs";
import path from "./shims/path";
import { pathToFileURL } from "./shims/url";
import { type CompiledModule, defineModule } from "./shims/vm";

/** Loads a workerd module by name; only the Worker's own main module can do that. */
export type LoadModule = (name: string) => Promise<object>;

/** What a compiled module exports: its body, and its source map if that is needed inside the isolate. */
interface CompiledExports {
	default: CompiledModule;
	map?: string;
}

/** A loader for each dependency, by URL. */
type Loaders = Record<string, () => Promise<object>>;

/** What the dependencies' bundle exports: a function that gives the loaders to `provide`. Each call makes the packages anew. */
interface Dependencies {
	default(builtins: BuiltinRegistry, provide: (loaders: Loaders) => void): void;
}

export interface Resolved {
	id: string;
	url: string;
	file: string;
}

/** Built-in modules, which an extension cannot import: the dependencies' bundle asks for them by `require`. */
class BuiltinRegistry {
	readonly #found = new Map<string, { value: unknown } | { error: unknown }>();

	/** Loads a module for later `require`s; a module that does not exist fails only where it is required. */
	async add(name: string, load: LoadModule): Promise<void> {
		if (this.#found.has(name)) return;
		try {
			const namespace: { default?: unknown } = await load(name);
			// Node's modules are CommonJS to their importers; the others have named exports only.
			this.#found.set(name, { value: "default" in namespace ? namespace.default : namespace });
		} catch (error) {
			this.#found.set(name, { error });
		}
	}

	require(name: string): unknown {
		const found = this.#found.get(name);
		if (!found) throw new Error(`No such module "${name}".`);
		if ("error" in found) throw found.error;
		return found.value;
	}
}
const isBuiltinName = (specifier: string) => /^[a-z]+:/.test(specifier) && !specifier.startsWith("file:");

/** What URLs of modules start with that are no files, as in Vite. */
const VIRTUAL = "/@id/";

/** What an import may leave out, in the order in which Vite tries it. */
const EXTENSIONS = [".mjs", ".js", ".mts", ".ts", ".jsx", ".tsx", ".json"];
const ENDINGS = ["", ...EXTENSIONS, ...EXTENSIONS.map((extension) => `/index${extension}`)];

/** A path and what follows it from `?` on. */
function splitQuery(specifier: string): [path: string, query: string] {
	const start = specifier.indexOf("?");
	return start < 0 ? [specifier, ""] : [specifier.slice(0, start), specifier.slice(start)];
}

/** Vitest's error for a module that is not there, with what to do about it where there may be one. */
function notCompiled(specifier: string, importer?: string): Error {
	const kind = /^[./]|^file:/.test(specifier) ? "module" : "package";
	const from = importer ? ` imported from ${importer}` : "";
	const hint =
		"If it is there, it was not compiled, because only run time knows its name: write it as a string, or as a template that starts with a folder, like `./folder/${name}.ts`.";
	return Object.assign(new Error(`Cannot find ${kind} '${specifier}'${from}`), { code: "ERR_MODULE_NOT_FOUND", hint });
}

export class ModuleTable {
	readonly #root: string;
	readonly #manifest: Manifest;
	readonly #load: LoadModule;
	readonly #lendFetchMock: () => Promise<void>;
	readonly #builtins = new BuiltinRegistry();
	#loaders?: Loaders;
	readonly #maps = new Map<string, string>();
	/** URLs of the table by id. */
	readonly #urls = new Map<string, string>();

	/** `lendFetchMock` is called before the first module that names `fetchMock`. */
	constructor(root: string, manifest: Manifest, load: LoadModule, lendFetchMock: () => Promise<void>) {
		this.#root = root;
		this.#manifest = manifest;
		this.#load = load;
		this.#lendFetchMock = lendFetchMock;
		for (const url of Object.keys(manifest.modules)) {
			const { id, file } = this.#resolved(url);
			this.#urls.set(id, url);
			addFile(file);
		}
		for (const path of manifest.mocks) addFile(`${root}/${path}`);
	}

	/** The source map (JSON) of a module that was fetched, if the compiler kept one for it. */
	sourceMap(id: string): string | undefined {
		return this.#maps.get(id);
	}

	/** The URL of a specifier as the module runner sees it: a URL of the table, an absolute path or a `file:` URL. */
	#url(specifier: string): string {
		let [file, query] = splitQuery(specifier);
		if (file.startsWith("file://")) file = decodeURIComponent(new URL(file).pathname);
		if (file.startsWith("/@fs/")) file = file.slice("/@fs".length);
		const known = this.#urls.get(file + query);
		if (known) return known;
		return (file.startsWith(`${this.#root}/`) ? file.slice(this.#root.length) : file) + query;
	}

	#resolved(url: string): Resolved {
		if (isBuiltinName(url)) return { id: url, url, file: url };
		if (url.startsWith(VIRTUAL)) {
			// What only a Vite plugin knows, by the id that this gives it.
			const id = url.slice(VIRTUAL.length).replaceAll("__x00__", "\0");
			return { id, url, file: id };
		}
		const [relative, query] = splitQuery(url);
		// A file outside the root has a URL that starts with `/..`.
		const file = path.normalize(this.#root + relative);
		return { id: file + query, url, file };
	}

	/** Vite's `resolveId`: `undefined` when the table does not know. */
	resolve(specifier: string, importer?: string): Resolved | undefined {
		if (importer) {
			const target = this.#manifest.imports[this.#url(importer)]?.[specifier];
			if (target) return this.#resolved(target);
		}
		const known = this.#urls.get(specifier);
		if (known) return this.#resolved(known);
		if (isBuiltinName(specifier)) return this.#resolved(specifier);
		let [file, query] = splitQuery(this.#url(specifier));
		if (file.startsWith(".") && importer) {
			file = path.resolve(path.dirname(this.#resolved(this.#url(importer)).file), file);
		}
		for (const ending of ENDINGS) {
			const url = this.#url(file + ending + query);
			if (url in this.#manifest.modules) return this.#resolved(url);
		}
		return undefined;
	}

	/** What `import.meta.resolve(specifier)` gives in the module with this path. */
	resolveToUrl(specifier: string, importer: string): string {
		const found = this.resolve(specifier, importer);
		if (found && isBuiltinName(found.url)) return found.url;
		if (found) return pathToFileURL(found.file).href + splitQuery(found.id)[1];
		if (/^\.{0,2}\//.test(specifier) || isBuiltinName(specifier) || specifier.startsWith("file:")) {
			return new URL(specifier, pathToFileURL(importer)).href;
		}
		throw Object.assign(new Error(`Cannot find package '${specifier}' imported from ${importer}`), { code: "ERR_MODULE_NOT_FOUND" });
	}

	/** Makes all sources known to debuggers; evaluates none of them. */
	async loadAll(): Promise<void> {
		const sources = Object.values(this.#manifest.modules).filter(({ kind }) => kind === "source");
		for (const { module } of sources) await this.#load(module);
	}

	/** Vite's `fetchModule`. */
	async fetch(specifier: string, importer?: string): Promise<object> {
		const { id, url, file } = this.resolve(specifier, importer) ?? this.#resolved(this.#url(specifier));
		if (isBuiltinName(url)) return { externalize: url, type: "module" };
		const entry = this.#manifest.modules[url];
		if (!entry) throw notCompiled(specifier, importer);
		if (entry.kind === "dependency") return { externalize: url, type: "module" };
		await this.#define(id, entry);
		return { code: "// compiled", file, id, url, invalidate: false };
	}

	async #define(id: string, entry: ModuleEntry): Promise<void> {
		if (entry.kind === "value") {
			const { default: value } = (await this.#load(entry.module)) as { default: unknown };
			defineModule(id, async (exports) => void Object.assign(exports as object, { default: value }));
			return;
		}
		const { default: run, map } = (await this.#load(entry.module)) as CompiledExports;
		if (map) this.#maps.set(id, map);
		if (entry.fetchMock) await this.#lendFetchMock();
		defineModule(id, run);
	}

	/** The namespace of a module that Vitest does not evaluate itself: a built-in or a dependency. */
	async importExternal(url: string): Promise<object> {
		const entry = this.#manifest.modules[url];
		if (!entry) return this.#load(url);
		for (const name of entry.builtins ?? []) await this.#builtins.add(name, this.#load);
		const evaluate = (await this.#dependencies(entry.module))[url];
		return entry.ofTests ? withStandIns(evaluate) : evaluate();
	}

	/** Each test file has packages of its own; each is evaluated when it is first imported. */
	async #dependencies(module: string): Promise<Loaders> {
		const { default: define } = (await this.#load(module)) as Dependencies;
		if (!this.#loaders) define(this.#builtins, (loaders) => (this.#loaders = loaders));
		return this.#loaders as Loaders;
	}
}
