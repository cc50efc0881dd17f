/** Controllers and contexts for calling a Worker's handlers directly. */
import { waitForWaitUntil } from "./wait-until";

const pending = new WeakMap<object, Promise<unknown>[]>();

/** A context like the one workerd gives to handlers, whose `waitUntil` work can be awaited. */
export class ExecutionContext {
	/** Absent where the Worker's flags do not put its exports on `ctx`. */
	readonly exports?: object;
	readonly props: object = {};

	constructor(exports?: object) {
		if (exports) this.exports = exports;
		pending.set(this, []);
	}

	waitUntil(promise: unknown): void {
		const promises = pending.get(this);
		if (!promises) throw new TypeError("Illegal invocation: function called with incorrect `this` reference.");
		promises.push(Promise.resolve(promise));
	}

	passThroughOnException(): void {}

	abort(reason?: unknown): never {
		throw reason ?? new Error("The execution context was aborted.");
	}
}

export function createExecutionContext(exports?: object): ExecutionContext {
	return new ExecutionContext(exports);
}

/** Makes what `context` is given to wait for what `other` is waited for, too. */
export function shareWork(context: ExecutionContext, other: object): void {
	const promises = pending.get(context);
	if (promises) pending.set(other, promises);
}

export function isExecutionContext(value: unknown): boolean {
	return value instanceof ExecutionContext;
}

/** Waits for everything given to `ctx.waitUntil`, also what that adds; rejects with the first error. */
export async function waitOnExecutionContext(context: unknown): Promise<void> {
	const promises = pending.get(Object(context));
	if (!promises) {
		throw new TypeError(
			"Failed to execute 'getWaitUntil': parameter 1 is not of type 'ExecutionContext'.\nYou must call 'createExecutionContext()' or 'createPagesEventContext()' to get an 'ExecutionContext' instance.",
		);
	}
	await waitForWaitUntil(promises);
}

interface ScheduledOptions {
	scheduledTime?: Date | number;
	cron?: string;
}

class ScheduledController {
	readonly scheduledTime: number;
	readonly cron: string;

	constructor(options?: ScheduledOptions | null) {
		this.scheduledTime = Number(options?.scheduledTime ?? Date.now());
		this.cron = String(options?.cron ?? "");
	}

	noRetry(): void {}
}

export function createScheduledController(options?: ScheduledOptions): ScheduledController {
	if (options !== undefined && typeof options !== "object") {
		throw new TypeError("Failed to execute 'createScheduledController': parameter 1 is not of type 'ScheduledOptions'.");
	}
	return new ScheduledController(options);
}
