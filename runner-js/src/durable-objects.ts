/** Reaching into Durable Objects of the Worker under test, which live in the isolate of their test file. */
import { ACTION_METHOD, type Control, type TestWorker } from "./worker";

/** A stub of an object of the Worker under test: it takes tickets. */
type Stub = DurableObjectStub & { [ACTION_METHOD](ticket: string): Promise<unknown> };

let lastTicket = 0;

/** A stub has its class's name only where the project's flags give it RPC. */
const STUB_CLASSES = new Set(["DurableObject", "WorkerRpc"]);

export function requireStub(value: unknown, caller: string): Stub {
	const stub = value as Stub | null;
	if (typeof stub !== "object" || !STUB_CLASSES.has(stub?.constructor.name ?? "") || typeof stub?.id !== "object") {
		throw new TypeError(`Failed to execute '${caller}': parameter 1 is not of type 'DurableObjectStub'.`);
	}
	return stub;
}

/** Runs `callback(instance, state)` inside the object, with its input gate, and gives its result. */
export async function runInDurableObject<T>(
	worker: TestWorker,
	target: unknown,
	callback: (instance: object, state: DurableObjectState) => T | Promise<T>,
): Promise<T> {
	const stub = requireStub(target, "runInDurableObject");
	if (typeof callback !== "function") {
		throw new TypeError("Failed to execute 'runInDurableObject': parameter 2 is not of type 'function'.");
	}
	const ticket = String(++lastTicket);
	let outcome: { value: T } | { error: unknown } | undefined;
	worker.actions.set(ticket, async (instance) => {
		try {
			outcome = { value: await callback(instance, worker.states.get(instance) as DurableObjectState) };
			// The body of a response belongs to the object's request: only workerd can carry it out of there.
			return outcome.value instanceof Response ? outcome.value : undefined;
		} catch (error) {
			outcome = { error };
		}
	});
	let response: unknown;
	try {
		response = await stub[ACTION_METHOD](ticket);
	} catch (error) {
		// An object of another Worker does not know the method.
		if (String(error).includes(ACTION_METHOD)) {
			throw new Error("Durable Object test helpers can only be used with stubs pointing to objects defined within the same worker.");
		}
		if (!outcome || "value" in outcome) throw error;
	} finally {
		worker.actions.delete(ticket);
	}
	if (!outcome) throw new Error("The Durable Object ended before the callback did.");
	if ("error" in outcome) throw outcome.error;
	return response === undefined ? outcome.value : (response as T);
}

/** The ids of the objects of `namespace` that have storage. */
export async function listDurableObjectIds(control: Control | undefined, namespace: DurableObjectNamespace): Promise<DurableObjectId[]> {
	if (typeof namespace?.idFromString !== "function" || typeof namespace.newUniqueId !== "function") {
		throw new TypeError("Failed to execute 'listDurableObjectIds': parameter 1 is not of type 'DurableObjectNamespace'.");
	}
	// The storage of a namespace is a folder of files named by id; an id of another namespace is refused.
	const ids: DurableObjectId[] = [];
	for (const id of (await control?.listObjects()) ?? []) {
		try {
			ids.push(namespace.idFromString(id));
		} catch {}
	}
	return ids;
}
