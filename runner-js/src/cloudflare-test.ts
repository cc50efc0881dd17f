/** The module `cloudflare:test`. */
import { createExecutionContext, createScheduledController, waitOnExecutionContext } from "./events";
import { applyD1Migrations } from "./d1";
import { listDurableObjectIds, runDurableObjectAlarm, runInDurableObject } from "./durable-objects";
import { visibleExports } from "./cloudflare-workers";
import type { TestWorker } from "./worker";

let connected: TestWorker;

/** Makes `worker` the one that this module's functions act on: there is one in each isolate. */
export function connect(worker: TestWorker): void {
	connected = worker;
}

/** The binding through which a test Worker controls the simulators. */
const CONTROL_BINDING = "__WPT_CONTROL";

/** Clears the storage of all bindings and Durable Objects. */
async function reset(): Promise<void> {
	const control = connected.internalEnv[CONTROL_BINDING];
	// Without storage in the project there is nothing to clear, and no control binding.
	await control?.reset();
}

export function exports(worker: TestWorker): object {
	const own = visibleExports(worker.options.workers.exports);
	return {
		env: worker.env,
		get SELF() {
			if (!worker.options.manifest.main) {
				throw new Error(
					"Using service bindings to the current worker requires `poolOptions.workers.main` to be set to your worker's entrypoint",
				);
			}
			return own.default;
		},
		createExecutionContext: () => createExecutionContext(own),
		waitOnExecutionContext,
		createScheduledController,
		runInDurableObject: (stub: any, callback: any) => runInDurableObject(worker, stub, callback),
		runDurableObjectAlarm: (stub: any) => runDurableObjectAlarm(worker, stub),
		listDurableObjectIds: (namespace: any) => listDurableObjectIds(worker.internalEnv[CONTROL_BINDING], namespace),
		applyD1Migrations,
		reset,
	};
}
