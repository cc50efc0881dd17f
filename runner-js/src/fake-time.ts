/**
 * Vitest's fake timers, seen from outside: whatever happens to the faked time is told to the simulators and to the alarms of
 * Durable Objects, so that keys expire, batches are released and alarms go off by `vi.advanceTimersByTime()`.
 */
import type { Alarms } from "./alarms";
import { type Clock, countTimers, steppingForms } from "./fake-clock";
import { sleep } from "./prelude";
import type { Tell, Time, Timetable } from "./time";

/** The part of Vitest's `vi` that is used here. */
export interface Vi {
	useFakeTimers(config?: unknown): unknown;
	useRealTimers(): unknown;
	setSystemTime(time?: unknown): unknown;
	getMockedSystemTime(): Date | null;
	isFakeTimers(): boolean;
	unstubAllGlobals(): unknown;
	unstubAllEnvs(): unknown;
}

/** Methods of `vi` that may install a clock. */
const INSTALLING = ["useFakeTimers", "setSystemTime"] as const;
/** Methods of a clock by which time passes, and what they want of timers that are not its own. */
const PASSING = { tick: undefined, jump: undefined, runToFrame: undefined, next: "next", runAll: "all", runToLast: "all" } as const;
/** Those that only change what time it is. */
const SETTING = ["setSystemTime", "reset"];
/** How far time goes, in milliseconds, before callbacks of timers find it changed in simulators: those count seconds. */
const RESOLUTION = 1000;
/** How often asynchronous forms look whether they should still wait for work outside of the isolate, in real milliseconds; */
const WORK_INTERVAL = 10;
/** and how long they do. */
const WORK_LIMIT = 4000;

export class FakeTime {
	readonly #vi: Vi;
	readonly #tell: Tell;
	readonly #alarms: Alarms;
	#clock?: Clock;
	/** How much time has passed for timers, whatever the date; it goes on with the next clock. */
	#passed = 0;
	/** The clock's time less that. */
	#start = 0;
	#told: Time = {};
	/** What was told, and is not done yet. */
	readonly #unanswered = new Set<Promise<Timetable>>();
	/** Why that cannot be done. */
	#failure?: { error: unknown };
	/** Whether the clock is between two states. */
	#isChanging = false;

	constructor(vi: Vi, tell: Tell, alarms: Alarms) {
		this.#vi = vi;
		this.#tell = tell;
		this.#alarms = alarms;
		for (const name of INSTALLING) {
			const original = vi[name];
			vi[name] = (...args: unknown[]) => {
				try {
					return this.#change(() => Reflect.apply(original, vi, args));
				} finally {
					this.#look();
				}
			};
		}
	}

	/** Gives real time back, to Vitest and to the simulators, whatever tests left behind. */
	restore(): void {
		if (this.#vi.getMockedSystemTime()) this.#vi.useRealTimers();
	}

	/** The same at the end of a run: what still waits for faked time will not be done. */
	async end(): Promise<void> {
		if (!this.#clock) return;
		this.#change(() => this.restore());
		await this.#send({ ends: true });
	}

	/** Lets faked time pass until `date`; there is nothing to call while time is real. */
	get passTo(): ((date: number) => Promise<void>) | undefined {
		const clock = this.#clock;
		if (!clock?.methods.includes("Date")) return undefined;
		return async (date) => {
			if (date <= clock.now) return;
			if (clock.methods.includes("setTimeout")) await clock.tickAsync(date - clock.now);
			else this.#vi.setSystemTime(date);
		};
	}

	#change<T>(change: () => T): T {
		this.#isChanging = true;
		try {
			return change();
		} finally {
			this.#isChanging = false;
		}
	}

	#look(): void {
		const installed = (Date as { clock?: Clock }).clock ?? (setTimeout as { clock?: Clock }).clock;
		if (installed && installed !== this.#clock) {
			this.#start = installed.now - this.#passed;
			this.#clock = installed;
			this.#watch(installed);
		}
		this.#synchronize();
	}

	/** Puts itself before what `vi` works the clock with. */
	#watch(clock: Clock): void {
		const stepping = steppingForms(clock, {
			passed: () => clock.now - this.#start,
			settle: () => this.#settle(),
		});
		let { now } = clock;
		Object.defineProperty(clock, "now", {
			configurable: true,
			enumerable: true,
			get: () => now,
			set: (time: number) => {
				now = time;
				if (Math.abs(time - (this.#told.date ?? time)) >= RESOLUTION) this.#synchronize();
			},
		});
		for (const [name, run] of Object.entries(PASSING)) {
			replace(clock, name, (call) => {
				const isIdle = countTimers(clock) === 0;
				const result = call();
				this.#synchronize(run === "next" && !isIdle ? undefined : run);
				return result;
			});
		}
		for (const name of SETTING) {
			replace(clock, name, (call) => {
				const before = now;
				const result = this.#change(call);
				this.#start += now - before;
				this.#synchronize();
				return result;
			});
		}
		replace(clock, "uninstall", (call) => {
			const result = call();
			if (this.#clock === clock) this.#clock = undefined;
			this.#synchronize();
			return result;
		});
		Object.assign(clock, stepping);
	}

	#time(): Time {
		const clock = this.#clock;
		const time: Time = {};
		if (clock?.methods.includes("Date")) time.date = clock.now;
		if (clock?.methods.includes("setTimeout")) time.timeouts = this.#passed = clock.now - this.#start;
		return time;
	}

	/** Tells the simulators the time, if they do not know it. */
	#synchronize(run?: Time["run"]): void {
		if (this.#isChanging) return;
		const time = this.#time();
		if (run || time.date !== this.#told.date || time.timeouts !== this.#told.timeouts) void this.#send({ ...time, run });
	}

	#send(time: Time): Promise<Timetable> {
		this.#told = time;
		const { date, timeouts } = time;
		// Requests start now, one after the other.
		const told = this.#tell(time).catch(() => ({}));
		const work = Promise.all([told, this.#alarms.setDate(date)]);
		const answer = work.then(
			([timetable, alarm = NaN]) => ({ ...timetable, alarm: alarm - (date ?? NaN) + (timeouts ?? NaN) || undefined }),
			(error: unknown) => {
				this.#failure = { error };
				return {};
			},
		);
		this.#unanswered.add(answer);
		void answer.then(() => this.#unanswered.delete(answer));
		return answer;
	}

	/** Waits until what is due is done, as far as it gets done; gives the times of the other timers. */
	async #settle(): Promise<Timetable> {
		if (this.#unanswered.size > 0) await this.#patiently(Promise.all(this.#unanswered));
		const timetable = (await this.#patiently(this.#send(this.#time()))) ?? {};
		const failure = this.#failure;
		this.#failure = undefined;
		if (failure) throw failure.error;
		return timetable;
	}

	/** Waits for `work`, but not for ever, and not again. */
	async #patiently<T>(work: Promise<T>): Promise<T | undefined> {
		let isDone = false;
		void work.then(() => (isDone = true));
		const patience = async () => {
			for (let waited = 0; !isDone && waited < WORK_LIMIT; waited += WORK_INTERVAL) await sleep(WORK_INTERVAL);
			if (!isDone) this.#unanswered.clear();
			return undefined;
		};
		return Promise.race([work, patience()]);
	}
}

function replace(clock: Clock, name: string, replacement: (call: () => unknown) => unknown): void {
	const original = clock[name] as Function;
	clock[name] = (...args: unknown[]) => replacement(() => Reflect.apply(original, clock, args));
}
