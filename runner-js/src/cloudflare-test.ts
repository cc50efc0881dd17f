/** The module `cloudflare:test`. */
import { type AlarmOptions, runAllAlarms, runDurableObjectAlarm } from "./alarms";
import { contextExports, hasContextExports, visibleExports } from "./cloudflare-workers";
import { applyD1Migrations } from "./d1";
import { listDurableObjectIds, runInDurableObject } from "./durable-objects";
import { evictionFunctions } from "./eviction";
import { createExecutionContext, createScheduledController, waitOnExecutionContext } from "./events";
import { createPagesEventContext } from "./pages";
import { createMessageBatch, getQueueResult } from "./message-batch";
import { adminSecretsStore } from "./secrets-store";
import { setWaitUntilTimeout, waitForWaitUntil } from "./wait-until";
import type { TestWorker } from "./worker";
import { introspectWorkflow, introspectWorkflowInstance } from "./workflow-introspection";

/** The functions of the module act on the isolate's one Worker under test. */
export function createTestModule(worker: TestWorker): object {
	const own = worker.options.workers.exports ?? {};
	const control = worker.internalEnv.__WPT_CONTROL;
	const newContext = () => createExecutionContext(hasContextExports() ? contextExports(own) : undefined);
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
		createExecutionContext: newContext,
		createPagesEventContext: (init: unknown) => createPagesEventContext(init, worker.env, newContext()),
		waitOnExecutionContext,
		createScheduledController,
		createMessageBatch,
		getQueueResult,
		introspectWorkflow,
		introspectWorkflowInstance,
		runInDurableObject: (stub: unknown, callback: (instance: object, state: DurableObjectState) => unknown) =>
			runInDurableObject(worker, stub, callback),
		runDurableObjectAlarm: (stub: unknown) => runDurableObjectAlarm(worker, stub),
		/** Runs the alarms of all objects, in the order of their times. */
		runAllAlarms: async (options?: AlarmOptions) => runAllAlarms(worker, options),
		...evictionFunctions(worker.options.load),
		listDurableObjectIds: (namespace: DurableObjectNamespace) => listDurableObjectIds(control, namespace),
		applyD1Migrations,
		adminSecretsStore,
		/** Clears what all bindings and Durable Objects keep, queued messages and workflow instances included. */
		reset: async () => {
			await control?.reset();
			worker.alarms?.forget();
		},
	};
}

/** `cloudflare:test-internal`: the same, and what only tests of test helpers need. */
export function createInternalTestModule(testModule: object): object {
	const added = { setWaitUntilTimeout, waitForWaitUntil };
	// Its getters must not be called yet.
	return Object.defineProperties(added, Object.getOwnPropertyDescriptors(testModule));
}
