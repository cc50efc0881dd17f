/** The clock that Vitest's `vi.useFakeTimers()` installs, of `@sinonjs/fake-timers`. */
import type { Timetable } from "./time";

export interface Clock {
	now: number;
	/** What is faked. */
	methods: string[];
	/** The most timers that are run for all timers. */
	loopLimit: number;
	/** By id; a `Map` in newer versions. */
	timers?: Map<unknown, ClockTimer> | Record<string, ClockTimer>;
	tickAsync: Pass;
	nextAsync: Pass;
	runAllAsync: Pass;
	runToLastAsync: Pass;
	[member: string]: unknown;
}

interface ClockTimer {
	callAt: number;
}

type Pass = (time?: unknown) => Promise<number>;

/** What the asynchronous forms need to know of timers that are not the clock's own. */
export interface Surroundings {
	/** How much time has passed for timers. */
	passed(): number;
	/** Runs what is due, and tells when the others are, as `passed` counts. */
	settle(): Promise<Timetable>;
}

function timers({ timers = {} }: Clock): ClockTimer[] {
	return timers instanceof Map ? [...timers.values()] : Object.values(timers);
}

export const countTimers = (clock: Clock): number => timers(clock).length;

/**
 * The asynchronous forms of the clock's methods for a world in which others have timers too: time goes from timer to
 * timer, whoever has it, so that each finds the time at which it is due.
 */
export function steppingForms(clock: Clock, { passed, settle }: Surroundings): Record<string, Pass> {
	const { tickAsync, nextAsync, runAllAsync, runToLastAsync } = clock;
	/** When the clock's own timers are due, as `passed` counts. */
	const own = () => timers(clock).map(({ callAt }) => callAt - clock.now + passed());
	const tickTo = (time: number) => tickAsync(Math.max(time - passed(), 0));

	/** Lets time pass until `end`. */
	async function passTo(end: number): Promise<number> {
		for (;;) {
			const { next = Infinity, alarm = Infinity } = await settle();
			const stop = Math.min(next, alarm);
			// What is still due will not run for being asked again.
			if (stop > end || stop <= passed()) break;
			await tickTo(stop);
		}
		await tickTo(end);
		await settle();
		return clock.now;
	}

	return {
		async tickAsync(time) {
			if (typeof time === "number") return passTo(passed() + time);
			await tickAsync(time);
			await settle();
			return clock.now;
		},
		async nextAsync() {
			const { next = Infinity, alarm = Infinity } = await settle();
			const end = Math.min(next, ...own());
			if (end < Infinity && Math.min(next, alarm) <= end) return passTo(end);
			await nextAsync();
			await settle();
			return clock.now;
		},
		async runAllAsync() {
			for (let rounds = 0; rounds < clock.loopLimit; rounds++) {
				const { next = Infinity, alarm = Infinity } = await settle();
				const end = Math.min(next, ...own());
				// Alarms are no timers: they run when time comes to them.
				if (end === Infinity && alarm < Infinity) return clock.now;
				if (Math.min(next, alarm) < Infinity) {
					await passTo(end);
					continue;
				}
				await runAllAsync();
				if ((await settle()).next === undefined) return clock.now;
			}
			throw new Error(`Aborting after running ${clock.loopLimit} timers, assuming an infinite loop!`);
		},
		async runToLastAsync() {
			const { last, alarm } = await settle();
			if (last === undefined && alarm === undefined) {
				await runToLastAsync();
				await settle();
				return clock.now;
			}
			return passTo(Math.max(passed(), last ?? 0, ...own()));
		},
	};
}
