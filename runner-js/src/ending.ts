/** Ending a slot's objects between two tests, in the simulators' isolate. What they store stays. */
import { areWorking, endUnpinned } from "objects.js";
import unsafe from "workerd:unsafe";

/** A Durable Object of the Worker under test. */
export interface ObjectName {
	className: string;
	id: string;
	/** The name that it was got by, if it has one. */
	name?: string;
}

/** How long simulators may take to answer what they were asked, in milliseconds. */
const ANSWER_LIMIT = 2000;
/** How long objects may take to end of themselves, in milliseconds: requests that nobody awaits, for the most part. */
const END_LIMIT = 30;

type Namespaces = Record<string, DurableObjectNamespace | undefined>;

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Whether `promise` settles in that many milliseconds. */
async function settles(promise: Promise<unknown>, limit: number): Promise<boolean> {
	const done = promise.then(
		() => true,
		() => true,
	);
	return Promise.race([done, sleep(limit).then(() => false)]);
}

/** Those of `objects` that run and are busy: an object that is not running, or that can be evicted, says so at once. */
async function busyOnes(env: object, slot: string, objects: ObjectName[]): Promise<ObjectName[]> {
	const found = objects.map(async (object) => {
		const namespace = (env as Namespaces)[`CLASS_wpt:under-test_${object.className}${slot}`];
		const stub = namespace?.get(namespace.idFromString(object.id));
		return stub && !(await settles(unsafe.evict(stub), 1)) ? [object] : [];
	});
	return (await Promise.all(found)).flat();
}

/** Waits until simulators have answered what they were asked, but not for ever. */
export async function requestsEnd(slot: string): Promise<void> {
	for (let waited = 0; areWorking(slot) && waited < ANSWER_LIMIT; waited++) await sleep(1);
}

/**
 * Ends all objects of the slot. Sockets that an object keeps for hibernation stay open. Gives those of `objects` that a
 * call, another socket or a stub keeps busy; if they are not to blame, or the end is `forced`, it cuts off all of that.
 */
export async function endObjects(env: object, slot: string, objects: ObjectName[], forced: boolean): Promise<ObjectName[]> {
	await requestsEnd(slot);
	const ended = unsafe.evictAllDurableObjects({ webSockets: "hibernate" });
	if (await settles(ended, 1)) return [];
	// A body that nobody reads keeps a simulator's object busy for ever.
	await endUnpinned(slot);
	if (await settles(ended, END_LIMIT)) return [];
	const busy = forced ? [] : await busyOnes(env, slot, objects);
	if (busy.length === 0) await unsafe.abortAllDurableObjects();
	return busy;
}
