/**
 * Answers Vitest's questions about modules (`fetch`, `resolve`) inside the isolate, from what was compiled ahead of
 * time. Only what is not in the table goes to the host.
 */
import type { Manifest, ModuleEntry } from "./manifest";
import { addFile } from "./shims/fs";
import { defineModule } from "./shims/vm";

/** Loads a workerd module by name; only the Worker's own main module can do that. */
export type LoadModule = (name: string) => Promise<Record<string, any>>;

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
			const namespace = await load(name);
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
const builtins = new BuiltinRegistry();
Object.defineProperty(globalThis, Symbol.for("wpt.builtins"), { value: builtins });

const isBuiltinName = (specifier: string) => /^[a-z]+:/.test(specifier) && !specifier.startsWith("file:");

export class ModuleTable {
	readonly #root: string;
	readonly #manifest: Manifest;
	readonly #load: LoadModule;
	readonly #maps = new Map<string, string>();

	constructor(root: string, manifest: Manifest, load: LoadModule) {
		this.#root = root;
		this.#manifest = manifest;
		this.#load = load;
		for (const url of Object.keys(manifest.modules)) addFile(root + url);
		for (const path of manifest.mocks) addFile(`${root}/${path}`);
	}

	/** The source map (JSON) of a module that was fetched, if the compiler kept one for it. */
	sourceMap(id: string): string | undefined {
		return this.#maps.get(id);
	}

	/** The URL of a specifier as the module runner sees it: a URL of the table, an absolute path or a `file:` URL. */
	#url(specifier: string): string {
		let path = specifier;
		if (path.startsWith("file://")) path = decodeURI(path.slice("file://".length));
		if (path.startsWith("/@fs/")) path = path.slice("/@fs".length);
		return path.startsWith(`${this.#root}/`) ? path.slice(this.#root.length) : path;
	}

	#resolved(url: string): Resolved {
		if (isBuiltinName(url)) return { id: url, url, file: url };
		const id = this.#root + url;
		return { id, url, file: id.replace(/\?.*$/, "") };
	}

	/** Vite's `resolveId`: `undefined` when the table does not know, so that the host is asked. */
	resolve(specifier: string, importer?: string): Resolved | undefined {
		if (importer) {
			const target = this.#manifest.imports[this.#url(importer)]?.[specifier];
			if (target) return this.#resolved(target);
		}
		if (isBuiltinName(specifier) && !specifier.startsWith("file:")) return this.#resolved(specifier);
		let url = this.#url(specifier);
		if (url.startsWith(".") && importer) {
			url = decodeURI(new URL(url, `file://${encodeURI(this.#url(importer))}`).pathname);
		}
		return url in this.#manifest.modules ? this.#resolved(url) : undefined;
	}

	/** Vite's `fetchModule`: `undefined` when the table does not know. */
	async fetch(specifier: string, importer?: string): Promise<object | undefined> {
		const { id, url, file } = this.resolve(specifier, importer) ?? this.#resolved(this.#url(specifier));
		if (isBuiltinName(url)) return { externalize: url, type: "module" };
		const entry = this.#manifest.modules[url];
		if (!entry) return undefined;
		if (entry.kind === "dependency") return { externalize: url, type: "module" };
		await this.#define(id, entry);
		return { code: "// compiled", file, id, url, invalidate: false };
	}

	async #define(id: string, entry: ModuleEntry): Promise<void> {
		const loaded = await this.#load(entry.module);
		if (entry.kind === "value") {
			defineModule(id, async (exports) => {
				(exports as Record<string, unknown>).default = loaded.default;
			});
			return;
		}
		if (loaded.map) this.#maps.set(id, loaded.map);
		defineModule(id, loaded.default);
	}

	/** The namespace of a module that Vitest does not evaluate itself: a built-in or a dependency. */
	async importExternal(url: string): Promise<object> {
		const entry = this.#manifest.modules[url];
		if (!entry) return this.#load(url);
		for (const name of entry.builtins ?? []) await builtins.add(name, this.#load);
		const bundle = await this.#load(entry.module);
		return bundle.load[url]();
	}
}
