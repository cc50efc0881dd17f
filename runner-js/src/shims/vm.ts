/**
 * `node:vm` for Vitest's module evaluator: instead of compiling text, it looks up the function that was compiled ahead
 * of time for the module's id. So no `unsafeEval` binding is needed.
 */
export type CompiledModule = (...context: unknown[]) => Promise<void>;

const compiled = new Map<string, CompiledModule>();

/** Makes `run` the body of the module with this id. */
export function defineModule(id: string, run: CompiledModule): void {
	compiled.set(id, run);
}

// Vitest evaluates `define` replacements as a script; ours are applied when the sources are compiled.
const DEFINES_SCRIPT = "virtual:load-defines.js";

export function runInThisContext(_code: string, options: { filename: string } | string): unknown {
	const id = typeof options === "string" ? options : options.filename;
	const run = compiled.get(id);
	if (run) return run;
	if (id === DEFINES_SCRIPT) return undefined;
	throw new Error(`wpt-gen has not compiled the module "${id}"`);
}

function unsupported(): never {
	throw new Error("Vitest's vm pools are not available in workerd");
}

export class Script {
	#options: { filename: string };
	constructor(_code: string, options: { filename: string }) {
		this.#options = options;
	}
	runInThisContext(): unknown {
		return runInThisContext("", this.#options);
	}
	runInContext = unsupported;
}
export const createContext = unsupported;
export const runInContext = unsupported;
export const isContext = () => false;
export default { runInThisContext, Script, createContext, runInContext, isContext };
