/** The module `cloudflare:test`. */
import { contextExports, hasContextExports, visibleExports } from "./cloudflare-workers";
import { applyD1Migrations } from "./d1";
import { listDurableObjectIds, runDurableObjectAlarm, runInDurableObject } from "./durable-objects";
import { createExecutionContext, createScheduledController, waitOnExecutionContext } from "./events";
import { createMessageBatch, getQueueResult } from "./message-batch";
import { adminSecretsStore } from "./secrets-store";
import type { TestWorker } from "./worker";

/** The functions of the module act on the isolate's one Worker under test. */
export function createTestModule(worker: TestWorker): object {
	const own = worker.options.workers.exports ?? {};
	const control = worker.internalEnv.__WPT_CONTROL;
	return {
		env: worker.env,
		get SELF() {
			if (!worker.options.manifest.main) {
				throw new Error(
					"Using service bindings to the current worker requires `poolOptions.workers.main` to be set to your worker's entrypoint",
				);
			}
			return visibleExports(own).default;
		},
		createExecutionContext: () => createExecutionContext(hasContextExports() ? contextExports(own) : undefined),
		waitOnExecutionContext,
		createScheduledController,
		createMessageBatch,
		getQueueResult,
		runInDurableObject: (stub: unknown, callback: (instance: object, state: DurableObjectState) => unknown) =>
			runInDurableObject(worker, stub, callback),
		runDurableObjectAlarm: (stub: unknown) => runDurableObjectAlarm(worker, stub),
		listDurableObjectIds: (namespace: DurableObjectNamespace) => listDurableObjectIds(control, namespace),
		applyD1Migrations,
		adminSecretsStore,
		/** Clears what all bindings and Durable Objects keep, queued messages and workflow instances included. */
		reset: async () => control?.reset(),
	};
}
