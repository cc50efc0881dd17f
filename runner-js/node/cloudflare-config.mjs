/** Evaluates the `cloudflare.config.ts` that the pool's option `config` names (`experimental.newConfig`, before 1.5.0). */
import fs from "node:fs";
import path from "node:path";
import { DEFINITION } from "./cloudflare-config-shim.mjs";
import { encode } from "./encode.mjs";

const FILE_NAME = "cloudflare.config.ts";
const HELPERS = /^(?:cf\/config|@cloudflare\/config(?:\/public)?|(?:wrangler|@cloudflare\/vite-plugin)\/experimental-config)$/;
const SHIM = new URL("./cloudflare-config-shim.mjs", import.meta.url).href;

/** For esbuild: helpers are ours, and an import of a Worker's module is its path. */
export const configImports = {
	name: "wpt-gen:cloudflare-config",
	setup({ onResolve, onLoad }) {
		onResolve({ filter: HELPERS }, () => ({ path: SHIM, external: true }));
		onResolve({ filter: /.*/ }, ({ path: specifier, resolveDir, with: attributes }) => {
			if (attributes?.type !== "cf-worker") return undefined;
			const file = /^\.\.?\//.test(specifier) ? path.join(resolveDir, specifier) : specifier;
			return { path: file, namespace: "wpt-gen-entrypoint" };
		});
		onLoad({ filter: /.*/, namespace: "wpt-gen-entrypoint" }, ({ path: file }) => ({
			contents: `export default ${JSON.stringify(file)};`,
		}));
	},
};

/** The file that the options name, if they name one. */
function configFile({ config, experimental, miniflare } = {}, root) {
	const older = experimental?.newConfig;
	const option = config ?? (typeof older === "object" && older ? (older.configPath ?? true) : older);
	if (option !== true && (typeof option !== "string" || option === "")) return undefined;
	const folder = typeof miniflare?.rootPath === "string" ? miniflare.rootPath : "";
	return path.resolve(root, folder, option === true ? FILE_NAME : option);
}

/**
 * @param options the pool's
 * @param context `root`, `mode`, `loadModule(file)`, and `note(file)`, called for what was looked at
 * @returns the file, and the `config` it gives, encoded; or what is `missing`. Null if the options name no file
 */
export async function cloudflareConfig(options, { root, mode, loadModule, note }) {
	const file = configFile(options, root);
	if (!file) return null;
	note(file);
	if (!fs.existsSync(file)) return { file, missing: "file" };
	try {
		return { file, ...(await evaluate(await loadModule(file), file, mode)) };
	} catch (error) {
		throw Object.assign(error instanceof Error ? error : new Error(String(error)), { during: path.relative(root, file) });
	}
}

async function evaluate(module, file, mode) {
	if (!("default" in module)) return { missing: "export" };
	const resolve = resolver({ isPreview: false, mode });
	const resolved = await resolve(module.default);
	// Before 1.5.0, the Worker itself was exported.
	const isWorker = isObject(resolved) && !("worker" in resolved) && ("name" in resolved || "compatibilityDate" in resolved);
	if (!isObject(resolved)) return { config: encode(resolved) };
	const { containers: _containers, ...config } = isWorker ? { worker: resolved } : resolved;
	const worker = await resolve(config.worker);
	return { isWorker, config: encode(isObject(worker) ? { ...config, worker: await plainWorker(worker, file, resolve) } : config) };
}

const isObject = (value) => typeof value === "object" && value !== null;

/** What a definition, a function or a promise stands for; each is asked once. */
function resolver(context) {
	const known = new Map();
	const resolve = async (given) => {
		if (isObject(given) && DEFINITION in given) return resolve(given[DEFINITION]);
		return typeof given === "function" ? given(context) : given;
	};
	return (given) => {
		if (!known.has(given)) known.set(given, resolve(given));
		return known.get(given);
	};
}

/** A Worker with names and paths in place of what it refers to. */
async function plainWorker(worker, file, resolve) {
	const { entrypoint, env, exports, ...others } = worker;
	return {
		...others,
		entrypoint: entrypointPath(isObject(entrypoint) && "default" in entrypoint ? entrypoint.default : entrypoint, file),
		env: isObject(env) ? await plainBindings(env, resolve) : env,
		exports: isObject(exports) ? withoutContainers(exports) : exports,
	};
}

const entrypointPath = (entrypoint, file) =>
	typeof entrypoint === "string" && path.isAbsolute(entrypoint) ? path.relative(path.dirname(file), entrypoint) : entrypoint;

/** Bindings that are switched off are not there; other Workers are known by their names. */
async function plainBindings(env, resolve) {
	const bound = Object.entries(env).filter(([, binding]) => binding !== false && binding !== null && binding !== undefined);
	const plain = bound.map(async ([name, binding]) => {
		if (!isObject(binding) || binding.worker === undefined || typeof binding.worker === "string") return [name, binding];
		const target = await resolve(binding.worker);
		return [name, { ...binding, worker: isObject(target) && typeof target.name === "string" ? target.name : binding.worker }];
	});
	return Object.fromEntries(await Promise.all(plain));
}

/** Containers do not run under test. */
function withoutContainers(exports) {
	const entries = Object.entries(exports).map(([name, exported]) => {
		if (!isObject(exported)) return [name, exported];
		const { container: _container, ...others } = exported;
		return [name, others];
	});
	return Object.fromEntries(entries);
}
