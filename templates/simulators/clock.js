// The simulators' time: that of the test file that runs, real or faked.
import { AsyncLocalStorage } from "node:async_hooks";

const RealDate = Date;

/** Unix time in milliseconds while the test file has faked `Date`. */
let date;

/** Milliseconds from any start while the test file has faked `setTimeout`; after that, the last value. */
let elapsed = 0;
let fakesTimeouts = false;

/** The address of the request that lets an object run its timers. */
const RUN = "http://wpt/run/";

/** The timers of each object that has any, by its id. */
const all = new Map();

/** What `elapsed` should have been when a callback of a timer began: time may have gone further in one step. */
const due = new AsyncLocalStorage();

const FakeDate = new Proxy(RealDate, {
	apply: () => new FakeDate().toString(),
	construct: (target, args, self) => Reflect.construct(target, args.length > 0 ? args : [date], self),
	get: (target, key, self) => (key === "now" ? () => date : Reflect.get(target, key, self)),
});

const pending = () => [...all.values()].flatMap((timers) => timers.times());

/** Which timers are due by a time; what the test file wants run whatever their time is counts as due. */
function limitOf(run) {
	if (run === "all") return Infinity;
	return run === "next" ? Math.max(elapsed, Math.min(...pending())) : elapsed;
}

/**
 * Takes over the time of the test file: `date`, without which it is real, and `timeouts`, likewise. Has run the callbacks
 * of the timers that are due when it is done; says when the next and the last of the others are.
 */
export async function set(time) {
	date = time.date;
	globalThis.Date = date === undefined ? RealDate : FakeDate;
	fakesTimeouts = time.timeouts !== undefined;
	elapsed = time.timeouts ?? elapsed;
	if (time.ends) all.clear();
	for (;;) {
		const limit = limitOf(time.run);
		const woken = [...all.values()].filter((timers) => timers.times().some((at) => at <= limit || !fakesTimeouts));
		await Promise.allSettled(woken.map((timers) => timers.wake(limit)));
		if (woken.length === 0 || time.run === "next") break;
	}
	const times = pending();
	return times.length > 0 ? { next: Math.min(...times), last: Math.max(...times) } : {};
}

/** The timers of one object, in the form that Miniflare's objects have. */
export class Timers {
	#pending = new Map();
	#stub;

	/** `stub` gives a stub of the object, which has to let `answer` see its requests. */
	constructor(id, stub) {
		this.#stub = stub;
		all.set(id.toString(), this);
	}

	now = () => Date.now();

	queueMicrotask(callback) {
		queueMicrotask(callback);
	}

	setTimeout(callback, delay, ...args) {
		if (!fakesTimeouts) return setTimeout(callback, delay, ...args);
		const handle = {};
		const begun = due.getStore();
		const at = (begun ?? elapsed) + delay;
		this.#pending.set(handle, { at, callback: () => callback(...args) });
		// What a callback starts, `#run` finds when that is done.
		if (begun === undefined && delay === 0) queueMicrotask(() => this.#run(elapsed));
		return handle;
	}

	clearTimeout(handle) {
		if (typeof handle === "number") clearTimeout(handle);
		else this.#pending.delete(handle);
	}

	/** When its timers are due. */
	times() {
		return [...this.#pending.values()].map(({ at }) => at);
	}

	/** Runs what is due by `limit`, in a request of the object: callbacks can do nothing outside of one. */
	wake(limit) {
		return this.#stub().fetch(`${RUN}${limit}`);
	}

	/** Answers the request of `wake`; no other. */
	answer({ url }) {
		if (!url.startsWith(RUN)) return undefined;
		return this.#run(Number(url.slice(RUN.length))).then(() => new Response(null));
	}

	async #run(limit) {
		for (let running; running === undefined || running.length > 0; ) {
			running = [];
			for (const [handle, { at, callback }] of [...this.#pending].sort(([, one], [, other]) => one.at - other.at)) {
				if (fakesTimeouts && at > limit) break;
				this.#pending.delete(handle);
				// When real time is back, they are real timers from now on.
				if (fakesTimeouts) running.push(due.run(at, callback));
				else setTimeout(callback, Math.max(at - elapsed, 0));
			}
			await Promise.allSettled(running);
		}
	}
}
