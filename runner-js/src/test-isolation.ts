/**
 * Storage of its own for every test: frames that are opened before a test or a `describe` block and undone after it. The
 * objects of the test file end then, so that nothing of a test is left in memory, and the host puts their files back.
 */
import * as vitest from "wpt-project:vitest";
import type { AlarmTimes } from "./alarm-times";
import { runInDurableObject } from "./durable-objects";
import type { ObjectName } from "./ending";
import { sleep } from "./prelude";
import { ignoreUnhandled } from "./unhandled-errors";
import type { Control, TestWorker } from "./worker";

/** A test or a `describe` block of Vitest's. */
interface Task {
	name: string;
	mode: string;
	type: string;
	concurrent?: boolean;
	result?: { state?: string };
	/** The block of a whole file has its path. */
	filepath?: string;
}

type Hook = (this: unknown, task: Task, ...rest: unknown[]) => unknown;

/** What Vitest calls around tests and blocks, on the class that runs them. */
export interface RunnerHooks {
	onBeforeRunSuite?: Hook;
	onAfterRunSuite?: Hook;
	onBeforeTryTask?: Hook;
	onAfterRetryTask?: Hook;
	onAfterRunTask?: Hook;
}

/** An object that was constructed. */
interface Constructed extends ObjectName {
	hasAlarm: boolean;
}

/** An alarm, as workerd has its time. */
type Alarms = Map<string, ObjectName & { time: number }>;

interface Frame {
	task: Task;
	/** The tag of the sockets that objects accepted in it, to keep them for hibernation. */
	tag: string;
	/** By id: the objects that did. */
	sockets: Map<string, ObjectName>;
	/** The alarms that there were before. */
	alarms: Alarms;
}

export interface Host {
	/** Whether other files run in this isolate, one after another. */
	isSharing: () => boolean;
	/** Calls the host, which has the storage's files. */
	call: (method: string) => Promise<unknown>;
	/** Waits for the work that handlers gave to `ctx.waitUntil`. */
	settle: () => Promise<void>;
}

/** How long an object may take to tell of its alarm, in milliseconds: one that does not answer is ended as it is. */
const ALARM_LIMIT = 100;
/** The start of the tags of sockets. */
const TAG = "wpt:frame:";
/** The code with which a socket closes whose other end goes away. */
const GOING_AWAY = 1001;
/** What unawaited calls fail with whose object was ended under them: by us, by simulators, and by workerd. */
const ENDED = "The request was ended, and the storage that it used was put back.";
const ENDED_BY_WORKERD = "Application called abortAllDurableObjects().";

export class TestIsolation {
	readonly #worker: TestWorker;
	readonly #control: Control;
	readonly #times: AlarmTimes;
	readonly #host: Host;
	readonly #frames: Frame[] = [];
	/** By id: the objects that were constructed since all were ended. */
	readonly #constructed = new Map<string, Constructed>();
	#tags = 0;
	#alarms: Alarms = new Map();
	#toldOfConcurrency = false;

	constructor(worker: TestWorker, control: Control, times: AlarmTimes, host: Host) {
		this.#worker = worker;
		this.#times = times;
		this.#control = control;
		this.#host = host;
		worker.onObject = (className, UserClass, state) => this.#note(className, typeof UserClass.prototype?.alarm === "function", state);
		ignoreUnhandled((error) => {
			const message = String((error as Error | undefined)?.message);
			return message.includes(ENDED) || message.includes(ENDED_BY_WORKERD);
		});
		this.#hook(vitest.TestRunner.prototype);
	}

	/** Sockets that are kept for hibernation are marked with the frame that they belong to; nobody sees the mark. */
	#note(className: string, hasAlarm: boolean, state: DurableObjectState): void {
		const object = { className, id: state.id.toString(), name: state.id.name };
		this.#constructed.set(object.id, { ...object, hasAlarm });
		const { acceptWebSocket, getTags, getWebSockets } = state;
		state.acceptWebSocket = (socket, tags = []) => {
			const frame = this.#frames.at(-1);
			acceptWebSocket.call(state, socket, frame ? [...tags, frame.tag] : tags);
			frame?.sockets.set(object.id, object);
		};
		state.getTags = (socket) => getTags.call(state, socket).filter((tag) => !tag.startsWith(TAG));
		// One that was closed with its frame is there until the other end answers.
		const isOpen = (tag: string) => !tag.startsWith(TAG) || this.#frames.some((frame) => frame.tag === tag);
		state.getWebSockets = (tag) => getWebSockets.call(state, tag).filter((socket) => getTags.call(state, socket).every(isOpen));
	}

	/** A block opens its frame before its `beforeAll`, each try of a test before its `beforeEach`. */
	#hook(runner: RunnerHooks): void {
		after(runner, "onBeforeRunSuite", async (task) => {
			if (this.#isFramed(task)) await this.#push(task);
		});
		before(runner, "onAfterRunSuite", (task) => this.#pop(task));
		before(runner, "onBeforeTryTask", async (task) => {
			await this.#pop(task);
			if (task.concurrent) this.#tellOfConcurrency(task);
			else await this.#push(task);
		});
		// After `afterEach`, and whatever happened; the other is for tries that were not finished.
		before(runner, "onAfterRetryTask", (task) => this.#pop(task));
		before(runner, "onAfterRunTask", (task) => this.#pop(task));
	}

	#isFramed(task: Task): boolean {
		const runs = (task.mode === "run" || task.mode === "queued") && task.result?.state !== "fail";
		// A file with an isolate of its own has storage of its own.
		return runs && !task.concurrent && (task.filepath === undefined || this.#host.isSharing());
	}

	#tellOfConcurrency(task: Task): void {
		if (this.#toldOfConcurrency) return;
		this.#toldOfConcurrency = true;
		console.warn(
			`${JSON.stringify(task.name)} runs at the same time as other tests, which can have no storage of their own: what they store is undone with the block that they are in. Remove \`.concurrent\` or \`sequence.concurrent\` to isolate each of them.`,
		);
	}

	async #push(task: Task): Promise<void> {
		await this.#guard(`opened before ${describe(task)}`, async () => {
			await this.#host.settle();
			await this.#readAlarms();
			await this.#endObjects(task, (objects, forced) => this.#control.pushFrame(objects, forced));
			await this.#host.call("wptPushStorage");
			this.#frames.push({ task, tag: `${TAG}${++this.#tags}`, sockets: new Map(), alarms: new Map(this.#alarms) });
		});
	}

	/** Undoes the task's frame, and any in it that were not undone; nothing if it has none. */
	async #pop(task: Task): Promise<void> {
		while (this.#frames.some((frame) => frame.task === task)) {
			const frame = this.#frames.at(-1) as Frame;
			await this.#guard(`undone after ${describe(frame.task)}`, async () => {
				await this.#host.settle();
				await this.#readAlarms();
				await this.#putAlarmsBack(frame.alarms);
				await this.#closeSockets(frame);
				const { hasMore } = await this.#endObjects(frame.task, (objects, forced) => this.#control.popFrame(objects, forced));
				await this.#host.call("wptPopStorage");
				if (hasMore) await this.#control.putBack();
			});
			this.#frames.pop();
		}
	}

	/** A test does not fail because its storage cannot be isolated. */
	async #guard(what: string, change: () => Promise<void>): Promise<void> {
		try {
			await change();
		} catch (error) {
			console.warn(`A frame of storage could not be ${what}: ${(error as Error).message}`);
		}
	}

	/** Has `end` end all objects; those that are busy are told to end themselves before it is forced to. */
	async #endObjects<T extends { busy: ObjectName[] }>(
		task: Task,
		end: (objects: ObjectName[], forced: boolean) => Promise<T>,
	): Promise<T> {
		const objects = [...this.#constructed.values()];
		this.#constructed.clear();
		const ended = await end(objects, false);
		if (ended.busy.length === 0) return ended;
		for (const { className, id, name } of ended.busy) {
			console.warn(
				`The Durable Object ${className} ${JSON.stringify(name ?? id)} was ended at the edge of ${describe(task)}, although a call, a WebSocket or an RPC stub still kept it busy.`,
			);
		}
		await Promise.all(ended.busy.map((object) => this.#inObject(object, async (state) => state.abort(ENDED))));
		this.#constructed.clear();
		return end([], true);
	}

	/** Only an object that was constructed can have another alarm than before. */
	async #readAlarms(): Promise<void> {
		const objects = [...this.#constructed.values()].filter(({ hasAlarm }) => hasAlarm);
		await Promise.all(
			objects.map(async ({ className, id, name }) => {
				const time = await this.#inObject({ className, id }, ({ storage }) => this.#times.stored(storage));
				if (time === undefined) return;
				if (time === null) this.#alarms.delete(id);
				else this.#alarms.set(id, { className, id, name, time });
			}),
		);
	}

	/**
	 * Sets alarms to what they were. workerd has them in memory beside each object's own record: the record is put back
	 * with the object's file, which nobody reads until the object is called.
	 */
	async #putAlarmsBack(alarms: Alarms): Promise<void> {
		const changed = [...this.#alarms.values(), ...alarms.values()].filter(
			({ id }) => this.#alarms.get(id)?.time !== alarms.get(id)?.time,
		);
		await Promise.all(
			changed.map((object) =>
				this.#inObject(object, async ({ storage }) => {
					const time = alarms.get(object.id)?.time;
					await (time === undefined ? storage.deleteAlarm() : this.#times.putBack(storage, time));
					await storage.sync();
				}),
			),
		);
		this.#alarms = new Map(alarms);
	}

	/** Those of older frames stay open. */
	async #closeSockets({ tag, sockets }: Frame): Promise<void> {
		const close = async (state: DurableObjectState) => {
			for (const socket of state.getWebSockets(tag)) socket.close(GOING_AWAY, "The test is over.");
		};
		await Promise.all([...sockets.values()].map((object) => this.#inObject(object, close)));
	}

	/** Runs `action` in an object; gives nothing if the object fails, or does not answer. */
	async #inObject<T>({ className, id }: ObjectName, action: (state: DurableObjectState) => Promise<T>): Promise<T | undefined> {
		const namespace = this.#worker.options.workers.exports?.[className] as DurableObjectNamespace | undefined;
		if (typeof namespace?.idFromString !== "function") return undefined;
		const stub = namespace.get(namespace.idFromString(id));
		const done = runInDurableObject(this.#worker, stub, (_, state) => action(state)).catch(() => undefined);
		return Promise.race([done, sleep(ALARM_LIMIT).then(() => undefined)]);
	}
}

const describe = (task: Task) => (task.filepath === undefined ? JSON.stringify(task.name) : "the file");

function before(runner: RunnerHooks, name: keyof RunnerHooks, hook: (task: Task) => Promise<void>): void {
	const original = runner[name];
	runner[name] = async function (task, ...rest) {
		await hook(task);
		return original?.call(this, task, ...rest);
	};
}

function after(runner: RunnerHooks, name: keyof RunnerHooks, hook: (task: Task) => Promise<void>): void {
	const original = runner[name];
	runner[name] = async function (task, ...rest) {
		await original?.call(this, task, ...rest);
		await hook(task);
	};
}
