/** `node:module` for Vitest: no module is Node's own here, so that every import goes through our module table. */
export const builtinModules: string[] = [];
export const isBuiltin = () => false;
export const syncBuiltinESMExports = () => {};

export function createRequire(from: string | URL) {
	const require = (specifier: string): never => {
		throw new Error(`require("${specifier}") from ${from} is not available: import it instead`);
	};
	return Object.assign(require, { resolve: require, extensions: {}, cache: {} });
}
export default { builtinModules, isBuiltin, createRequire, syncBuiltinESMExports };
