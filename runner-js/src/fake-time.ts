/**
 * Vitest's fake timers, seen from outside: whatever happens to the faked time is told to the simulators, so that keys
 * expire, batches are released and windows roll over by `vi.advanceTimersByTime()`.
 */

/** The clock that `vi.useFakeTimers()` installs, of `@sinonjs/fake-timers`. */
interface Clock {
	now: number;
	/** What is faked. */
	methods: string[];
	[method: string]: unknown;
}

/** The part of Vitest's `vi` that is used here. */
export interface Vi {
	useFakeTimers(config?: unknown): unknown;
	useRealTimers(): unknown;
	setSystemTime(time?: unknown): unknown;
	getMockedSystemTime(): Date | null;
}

/** What the simulators are told: unix time in milliseconds, of what is faked. */
export interface Time {
	date?: number;
}

/** Header in which the control entrypoint gets it, as JSON. */
export const TIME_HEADER = "wpt-time";

/** Methods of `vi` that may install a clock. */
const INSTALLING = ["useFakeTimers", "setSystemTime"] as const;
/** Methods of a clock that change its time, or end it. */
const CHANGING = ["tick", "next", "runAll", "runToLast", "runToFrame", "jump", "setSystemTime", "reset", "uninstall"];
/** Those that give the work between timers a chance. */
const CHANGING_ASYNC = ["tickAsync", "nextAsync", "runAllAsync", "runToLastAsync"];
/** How far time goes, in milliseconds, before callbacks of timers find it changed in simulators: those count seconds. */
const RESOLUTION = 1000;

export class FakeTime {
	readonly #vi: Vi;
	readonly #tell: (time: Time) => Promise<unknown>;
	#clock?: Clock;
	#told: Time = {};

	/** `tell` must have started its request when it returns: the next call of a binding has to come after it. */
	constructor(vi: Vi, tell: (time: Time) => Promise<unknown>) {
		this.#vi = vi;
		this.#tell = tell;
		for (const name of INSTALLING) {
			const original = vi[name];
			vi[name] = (argument?: unknown) => {
				const result = Reflect.apply(original, vi, argument === undefined ? [] : [argument]);
				this.#watch();
				return result;
			};
		}
	}

	/** Gives real time back, to Vitest and the simulators; to be called when a file ends, whatever its tests left behind. */
	async end(): Promise<void> {
		if (this.#vi.getMockedSystemTime()) this.#vi.useRealTimers();
		await this.#synchronize();
	}

	#watch(): void {
		const installed = (Date as { clock?: Clock }).clock ?? (setTimeout as { clock?: Clock }).clock;
		if (installed && installed !== this.#clock) {
			this.#clock = installed;
			this.#notice(installed);
		}
		void this.#synchronize();
	}

	#notice(clock: Clock): void {
		let { now } = clock;
		Object.defineProperty(clock, "now", {
			configurable: true,
			enumerable: true,
			get: () => now,
			set: (time: number) => {
				now = time;
				if (Math.abs(time - (this.#told.date ?? time)) >= RESOLUTION) void this.#synchronize();
			},
		});
		for (const name of CHANGING) {
			const original = clock[name] as Function;
			clock[name] = (...args: unknown[]) => {
				try {
					return Reflect.apply(original, clock, args);
				} finally {
					if (name === "uninstall" && this.#clock === clock) this.#clock = undefined;
					void this.#synchronize();
				}
			};
		}
		for (const name of CHANGING_ASYNC) {
			const original = clock[name] as Function;
			clock[name] = async (...args: unknown[]) => {
				try {
					return await Reflect.apply(original, clock, args);
				} finally {
					await this.#synchronize();
				}
			};
		}
	}

	/** Tells the simulators what they do not know yet. */
	async #synchronize(): Promise<void> {
		const clock = this.#clock;
		const time: Time = clock?.methods.includes("Date") ? { date: clock.now } : {};
		if (time.date === this.#told.date) return;
		this.#told = time;
		await this.#tell(time);
	}
}
