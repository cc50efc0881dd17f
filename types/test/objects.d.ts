/** Durable Objects. All functions take objects of the Worker under test, not of auxiliary ones. */
declare module "cloudflare:test" {
	/** Calls `callback` inside the object, with its instance and its `state`, and gives what that gives. */
	export function runInDurableObject<O extends Rpc.DurableObjectBranded, R>(
		stub: DurableObjectStub<O>,
		callback: (instance: O, state: DurableObjectState) => R | Promise<R>,
	): Promise<R>;
	export function runInDurableObject<O extends DurableObject, R>(
		stub: DurableObjectStub,
		callback: (instance: O, state: DurableObjectState) => R | Promise<R>,
	): Promise<R>;

	/** Runs the object's alarm now, and says whether it had one. */
	export function runDurableObjectAlarm(stub: DurableObjectStub): Promise<boolean>;

	/** An alarm that `runAllAlarms` ran. */
	export interface AlarmRun {
		/** The object's class, as the main module exports it. */
		className: string;
		id: DurableObjectId;
		/** When it was due, in milliseconds since 1970. */
		scheduledTime: number;
	}

	/**
	 * Runs the alarms of all objects of the test file in the order of their times, those of idle objects too, until none is left;
	 * `until` leaves later ones alone. Where time is faked, it passes. An error of an alarm ends it.
	 */
	export function runAllAlarms(options?: { until?: Date | number }): Promise<AlarmRun[]>;

	/** The ids of all objects of the namespace that have been created. */
	export function listDurableObjectIds<T extends Rpc.DurableObjectBranded | undefined>(
		namespace: DurableObjectNamespace<T>,
	): Promise<DurableObjectId[]>;

	export interface DurableObjectEvictionOptions {
		/** What happens to WebSockets that the object has accepted for hibernation: `"hibernate"` if not given. */
		webSockets?: "close" | "hibernate";
	}

	/** Ends the object as if it had been idle for long: what it stores stays, and requests under way are waited for. */
	export function evictDurableObject(stub: DurableObjectStub, options?: DurableObjectEvictionOptions): Promise<void>;

	/** Does the same with every object that runs. */
	export function evictAllDurableObjects(options?: DurableObjectEvictionOptions): Promise<void>;

	/** Ends every object at once, whatever it is doing; what they store stays. */
	export function abortAllDurableObjects(): Promise<void>;
}
