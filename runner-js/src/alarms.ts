/** The alarms of the Durable Objects of the Worker under test, in the file that has them. */
import { AlarmTimes, type Watched } from "./alarm-times";
import { requireStub, runInDurableObject } from "./durable-objects";
import type { TestWorker } from "./worker";

/** An object of the Worker under test; all that ever ran are known, because an alarm outlives the instance. */
interface Known extends Watched {
	className: string;
	id: DurableObjectId;
	/** The alarm that its class has failed to handle in faked time. */
	retry?: { at: number; info: AlarmInvocationInfo };
}

/** A method of the user's class. */
interface UserObject {
	alarm?(info: AlarmInvocationInfo): unknown;
}

/** What `runAllAlarms` says of an alarm that it ran. */
export interface AlarmRun {
	/** The object's class, as the main module exports it. */
	className: string;
	id: DurableObjectId;
	scheduledTime: number;
}

export interface AlarmOptions {
	/** Later alarms are left alone. */
	until?: Date | number;
}

/** How many alarms of one object run one after the other until it is said that they have no end. */
const LIMIT = 100;
/** As workerd does, an alarm that fails is tried again so often, */
const RETRIES = 6;
/** first after so many milliseconds, then after twice as many each time. */
const RETRY_DELAY = 2000;

const first = (scheduledTime: number): AlarmInvocationInfo => ({ retryCount: 0, isRetry: false, scheduledTime });

/** Runs the object's alarm now, if it has one; tells whether it had. */
export async function runDurableObjectAlarm(worker: TestWorker, target: unknown): Promise<boolean> {
	requireStub(target, "runDurableObjectAlarm");
	return runInDurableObject(worker, target, async (instance, { storage }) => {
		const scheduledTime = await storage.getAlarm();
		if (scheduledTime === null) return false;
		await storage.deleteAlarm();
		await (instance as UserObject).alarm?.(first(scheduledTime));
		return true;
	});
}

/** Runs the alarms of all objects of the Worker under test, letting faked time pass as far as they need it. */
export async function runAllAlarms({ alarms, fakeTime }: TestWorker, options: AlarmOptions = {}): Promise<AlarmRun[]> {
	const until = Number(options.until ?? Infinity);
	if (Number.isNaN(until)) {
		throw new TypeError("Failed to execute 'runAllAlarms': `until` is no time; give a Date, or milliseconds since 1970.");
	}
	return alarms?.runAll(until, fakeTime?.passTo) ?? [];
}

export class Alarms {
	readonly #worker: TestWorker;
	readonly #objects = new Map<string, Known>();
	readonly times = new AlarmTimes((object) => void this.#fire(object as Known).catch(() => {}));
	/** Whether `runAll` decides what runs. */
	#isHeld = false;

	constructor(worker: TestWorker) {
		this.#worker = worker;
	}

	/** Whether there is any object that can have an alarm. */
	get hasObjects(): boolean {
		return this.#objects.size > 0;
	}

	/** To be called with the `ctx` of each instance, before its class sees that. */
	watch(className: string, { id, storage }: DurableObjectState): void {
		const known = this.#objects.get(id.toString()) ?? { className, id, earliest: Infinity };
		this.#objects.set(id.toString(), known);
		this.times.watch(storage, known);
	}

	/** To be called when nothing is stored any more. */
	forget(): void {
		this.#objects.clear();
	}

	/** Faked time is `date` now, or real. Runs what is due by then; says when the next alarm is. */
	async setDate(date: number | undefined): Promise<number | undefined> {
		this.times.date = date;
		if (date === undefined || this.#isHeld) return undefined;
		const count = counter();
		for (let object = this.#next(); object; object = this.#next()) {
			if (object.earliest > date) return object.earliest;
			count(object);
			await this.#fire(object);
		}
		return undefined;
	}

	/**
	 * Runs the alarms of all objects in the order of their times, up to `until`; an error of an alarm ends it. Lets faked
	 * time pass with `passTo`.
	 */
	async runAll(until: number, passTo?: (date: number) => Promise<unknown>): Promise<AlarmRun[]> {
		const runs: AlarmRun[] = [];
		let count = counter();
		this.#isHeld = true;
		try {
			for (let object = this.#next(); object && object.earliest <= until; object = this.#next()) {
				const scheduledTime = await this.#look(object);
				// Another object's may be earlier.
				if (scheduledTime === null || scheduledTime > until || object !== this.#next()) continue;
				// Time that passes gets to its end.
				if (passTo && until < Infinity && scheduledTime > (runs.at(-1)?.scheduledTime ?? 0)) count = counter();
				count(object);
				await passTo?.(scheduledTime);
				const { className, id } = object;
				if (await runDurableObjectAlarm(this.#worker, this.#stub(object))) runs.push({ className, id, scheduledTime });
			}
			if (Number.isFinite(until)) await passTo?.(until);
		} finally {
			this.#isHeld = false;
		}
		return runs;
	}

	/** The object that has to be looked at next. */
	#next(): Known | undefined {
		let next: Known | undefined;
		for (const object of this.#objects.values()) {
			if (object.earliest < (next?.earliest ?? Infinity)) next = object;
		}
		return next;
	}

	#stub({ className, id }: Known): DurableObjectStub {
		const namespaces = this.#worker.options.workers.exports as Record<string, DurableObjectNamespace>;
		return namespaces[className].get(id);
	}

	/** The time of its alarm: what was known of it was a limit, or has changed. */
	#look(object: Known): Promise<number | null> {
		return runInDurableObject(this.#worker, this.#stub(object), (_, { storage }) => look(object, storage));
	}

	/** Runs the object's alarm if it is due by faked time, as workerd does in real time. */
	async #fire(object: Known): Promise<void> {
		if (this.#isHeld) return;
		await runInDurableObject(this.#worker, this.#stub(object), async (instance, { storage }) => {
			const { date } = this.times;
			const scheduledTime = await look(object, storage);
			if (date === undefined || scheduledTime === null || scheduledTime > date) return;
			object.earliest = Infinity;
			await storage.deleteAlarm();
			const info = object.retry?.at === scheduledTime ? object.retry.info : first(scheduledTime);
			try {
				await (instance as UserObject).alarm?.(info);
			} catch (error) {
				console.error("alarm() failed:", error);
				if (info.retryCount >= RETRIES || (await storage.getAlarm()) !== null) return;
				const at = date + RETRY_DELAY * 2 ** info.retryCount;
				object.retry = { at, info: { ...info, isRetry: true, retryCount: info.retryCount + 1 } };
				await storage.setAlarm(at);
			}
		});
	}
}

async function look(object: Known, storage: DurableObjectStorage): Promise<number | null> {
	object.earliest = Infinity;
	const scheduledTime = await storage.getAlarm();
	// The object may have set another one meanwhile.
	object.earliest = Math.min(object.earliest, scheduledTime ?? Infinity);
	return scheduledTime;
}

/** Counts the alarms of each object, and throws when one seems to have no end. */
function counter(): (object: Known) => void {
	const counts = new Map<Known, number>();
	return (object) => {
		const count = counts.get(object) ?? 0;
		counts.set(object, count + 1);
		if (count < LIMIT) return;
		throw new Error(
			`A Durable Object of class ${object.className} has set its alarm again ${LIMIT} times, and no end is in sight: fake timers and use \`runAllAlarms({ until })\`, or let it stop.`,
		);
	};
}
