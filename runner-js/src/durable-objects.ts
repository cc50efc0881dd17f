/** Reaching into Durable Objects of the Worker under test, which live in the isolate of their test file. */
import { ACTION_METHOD, type TestWorker } from "./worker";

let lastTicket = 0;

function requireStub(stub: any, caller: string): void {
	if (stub?.constructor?.name !== "DurableObject" && typeof stub?.id?.toString !== "function") {
		throw new TypeError(`Failed to execute '${caller}': parameter 1 is not of type 'DurableObjectStub'.`);
	}
}

/** Runs `callback(instance, state)` inside the object, with its input gate, and gives its result. */
export async function runInDurableObject<T>(
	worker: TestWorker,
	stub: any,
	callback: (instance: any, state: any) => T | Promise<T>,
): Promise<T> {
	requireStub(stub, "runInDurableObject");
	if (typeof callback !== "function") {
		throw new TypeError("Failed to execute 'runInDurableObject': parameter 2 is not of type 'function'.");
	}
	const ticket = String(++lastTicket);
	let outcome: { value: T } | { error: unknown } | undefined;
	worker.actions.set(ticket, async (instance) => {
		try {
			outcome = { value: await callback(instance, worker.states.get(instance)) };
		} catch (error) {
			outcome = { error };
		}
	});
	try {
		await stub[ACTION_METHOD](ticket);
	} catch (error) {
		// An object of another Worker does not know the method.
		if (String(error).includes(ACTION_METHOD)) {
			throw new Error("Durable Object test helpers can only be used with stubs pointing to objects defined within the same worker.");
		}
		if (!outcome) throw error;
	} finally {
		worker.actions.delete(ticket);
	}
	if (!outcome) throw new Error("The Durable Object ended before the callback did.");
	if ("error" in outcome) throw outcome.error;
	return outcome.value;
}

/** Runs the object's alarm now, if it has one; tells whether it had. */
export async function runDurableObjectAlarm(worker: TestWorker, stub: any): Promise<boolean> {
	requireStub(stub, "runDurableObjectAlarm");
	return runInDurableObject(worker, stub, async (instance, state) => {
		if ((await state.storage.getAlarm()) === null) return false;
		await state.storage.deleteAlarm();
		await instance.alarm?.({ retryCount: 0, isRetry: false, scheduledTime: Date.now() });
		return true;
	});
}

/** The ids of the objects of `namespace` that have storage. */
export async function listDurableObjectIds(control: any, namespace: any): Promise<unknown[]> {
	if (typeof namespace?.idFromString !== "function") {
		throw new TypeError("Failed to execute 'listDurableObjectIds': parameter 1 is not of type 'DurableObjectNamespace'.");
	}
	// The storage of a namespace is a folder of files named by id; an id of another namespace is refused.
	const ids: unknown[] = [];
	for (const id of (await control?.listObjects()) ?? []) {
		try {
			ids.push(namespace.idFromString(id));
		} catch {}
	}
	return ids;
}
