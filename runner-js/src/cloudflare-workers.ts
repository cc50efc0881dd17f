/** `cloudflare:workers` as the project's modules see it: workerd's own, without what belongs to the runner. */
import { AsyncLocalStorage } from "./shims/async-hooks";
import type { TestWorker } from "./worker";

/** The Worker's exports by name. */
export type Exports = Record<string, unknown>;

const RUNNER_EXPORT = "WptRunner";

export function createWorkersModule(worker: TestWorker): object {
	const native = worker.options.workers;
	const envs = new AsyncLocalStorage<object>();
	const exports = visibleExports(native.exports ?? {});
	const overrides = new AsyncLocalStorage<object>();
	return {
		...native,
		env: redirect(() => envs.getStore() ?? worker.env, worker.env),
		exports: redirect(() => overrides.getStore() ?? exports, exports),
		waitUntil: (promise: Promise<unknown>) => {
			native.waitUntil?.(promise);
			worker.trackWork(promise);
		},
		withEnv: <T>(env: object, callback: () => T) => envs.run(env, callback),
		withExports: <T>(exports: object, callback: () => T) => overrides.run(exports, callback),
		withEnvAndExports: <T>(env: object, exports: object, callback: () => T) =>
			envs.run(env, () => overrides.run(exports, callback)),
	};
}

/** The Worker's own exports, less the runner's entrypoint. */
export function visibleExports(exports: Exports): Exports {
	const { [RUNNER_EXPORT]: _, ...visible } = exports;
	return visible;
}

/** `ctx.exports`: like the above, with a warning about what the compiler did not find; test suites rely on its text. */
export function contextExports(exports: Exports): Exports {
	return new Proxy(visibleExports(exports), {
		get(target, key) {
			if (typeof key === "string" && !(key in target)) {
				console.warn(
					`Attempted to access 'ctx.exports.${key}', which was not defined for the main Worker.\nCheck that '${key}' is exported as an entry-point from the Worker.\nThe '@cloudflare/vitest-plugin' integration tries to infer these exports by analyzing the source code of the main Worker.\n`,
				);
			}
			return Reflect.get(target, key);
		},
	});
}

/** Whether the Worker's flags put its exports on `ctx`. */
export function hasContextExports(): boolean {
	const { Cloudflare: runtime } = globalThis as { Cloudflare?: { compatibilityFlags?: Record<string, boolean> } };
	return runtime?.compatibilityFlags?.enable_ctx_exports === true;
}

/** An object that reads and writes whichever object `current` names at that moment. */
function redirect(current: () => object, target: object): object {
	return new Proxy(target, {
		get: (_, key) => Reflect.get(current(), key),
		set: (_, key, value) => Reflect.set(current(), key, value),
		has: (_, key) => Reflect.has(current(), key),
		deleteProperty: (_, key) => Reflect.deleteProperty(current(), key),
		ownKeys: () => Reflect.ownKeys(current()),
		getOwnPropertyDescriptor: (_, key) => {
			const descriptor = Reflect.getOwnPropertyDescriptor(current(), key);
			return descriptor && { ...descriptor, configurable: true };
		},
		defineProperty: (_, key, descriptor) => Reflect.defineProperty(current(), key, descriptor),
	});
}
