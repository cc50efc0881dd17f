/** What the runner and the simulators tell each other of a test file's time. */

/** What the simulators are told. */
export interface Time {
	/** Unix time in milliseconds, if `Date` is faked. */
	date?: number;
	/** Milliseconds from any start, if `setTimeout` is faked. */
	timeouts?: number;
	/** Timers that are to be run whatever their time is. */
	run?: "next" | "all";
	/** Whether the test file is over, and what is not done will not be. */
	ends?: boolean;
}

/** When their timers are due, as `Time.timeouts` counts. */
export interface Timetable {
	next?: number;
	last?: number;
	/** The next alarm of a Durable Object. */
	alarm?: number;
}

/** Starts its request before it returns: the next call of a binding has to come after it. */
export type Tell = (time: Time) => Promise<Timetable>;

/** Header in which the control entrypoint gets it, as JSON. */
export const TIME_HEADER = "wpt-time";
