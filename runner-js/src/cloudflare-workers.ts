/** `cloudflare:workers` as the project's modules see it: workerd's own, without what belongs to the runner. */
import { AsyncLocalStorage } from "./shims/async-hooks";
import type { TestWorker } from "./worker";

const RUNNER_EXPORT = "WptRunner";

export function createWorkersModule(worker: TestWorker): object {
	const native = worker.options.workers;
	const overrides = new AsyncLocalStorage<object>();
	const current = () => overrides.getStore() ?? worker.env;
	return {
		...native,
		env: redirect(current, worker.env),
		exports: visibleExports(native.exports),
		withEnv: (env: object, callback: () => unknown) => overrides.run(env, callback),
	};
}

/** The Worker's own exports (`ctx.exports`) less the runner's entrypoint. */
export function visibleExports(exports: Record<string, unknown>): Record<string, unknown> {
	const visible: Record<string, unknown> = {};
	for (const [name, value] of Object.entries(exports)) {
		if (name !== RUNNER_EXPORT) visible[name] = value;
	}
	return visible;
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
