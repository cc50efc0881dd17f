/**
 * Errors that nobody handles, for Vitest's report: it listens on `process`, while workerd has events of the global scope
 * for some and only a log entry for others.
 *
 * They are kept until the test is over. Vitest waits for the host's answer to each report, and an answer that belongs to a
 * handler's request does not come once that request is over. And workerd calls a rejection unhandled one microtask later,
 * when the test may still come to handle it.
 */
import { process } from "./shims/process";

type EventName = "unhandledRejection" | "uncaughtException";

interface UnhandledError {
	event: EventName;
	error: unknown;
	/** What Vitest was running. */
	task: unknown;
	promise?: Promise<unknown>;
}

/** Vitest's state of the worker, which it keeps in a global variable. */
export interface VitestState {
	current?: { id: string; suite?: { id: string }; file?: { id: string } };
	filepath?: string;
	config: { root: string; isolate?: boolean; globals?: boolean };
}

export function vitestState(): VitestState | undefined {
	return (globalThis as { __vitest_worker__?: VitestState }).__vitest_worker__;
}

const waiting: UnhandledError[] = [];
/** Errors of RPC calls that somebody has looked at since the last report. */
const seenRpcErrors: Error[] = [];

export function noteRpcError(error: unknown): void {
	if (error instanceof Error) seenRpcErrors.push(error);
}

/**
 * Whether the error is a copy of one that was seen. `stub.user().name()` is two calls; if the first one fails, both do, and
 * only the second one's promise is there to be handled.
 */
function isSeenCopy(error: unknown): boolean {
	if (!(error instanceof Error) || !("remote" in error)) return false;
	return seenRpcErrors.some((seen) => seen !== error && seen.name === error.name && seen.message === error.message);
}

/**
 * workerd rejects the reads that wait when their own side closes a socket. Drivers of databases (postgres.js) leave that
 * unhandled whenever a connection ends, and nothing is wrong then.
 */
function isOfClosedSocket(error: unknown): boolean {
	return error instanceof TypeError && error.message === "This socket has been closed.";
}

/** Whether nobody needs to know of an error. */
let isIgnored = (_error: unknown): boolean => false;

export function ignoreUnhandled(predicate: (error: unknown) => boolean): void {
	isIgnored = predicate;
}

/** Another test file begins. */
export function forgetUnhandledErrors(): void {
	waiting.length = 0;
	seenRpcErrors.length = 0;
	isIgnored = () => false;
}

function keep(event: EventName, error: unknown, promise?: Promise<unknown>): void {
	if (isIgnored(error)) return;
	waiting.push({ event, error, promise, task: vitestState()?.current });
}

export function hasUnhandledErrors(): boolean {
	return waiting.length > 0;
}

/** Reports what was kept; to be called from the runner's own request, between tests. */
export function reportUnhandledErrors(): void {
	const state = vitestState();
	const current = state?.current;
	const unhandled = waiting.splice(0).filter(({ error }) => !isSeenCopy(error));
	seenRpcErrors.length = 0;
	for (const { event, error, task, promise } of unhandled) {
		if (state) state.current = task as VitestState["current"];
		process.emit(event, error, promise);
	}
	if (state) state.current = current;
}

/** The Worker's own `process`, if it has Node compatibility: user code may listen there. */
function userListens(event: EventName): boolean {
	const userProcess = (globalThis as { process?: { listenerCount?(event: string): number } }).process;
	return (userProcess?.listenerCount?.(event) ?? 0) > 0;
}

/** Starts listening. `setTimeout` and `setInterval` are replaced: workerd tells nobody about errors in their callbacks. */
export function catchUnhandledErrors(): void {
	globalThis.addEventListener("unhandledrejection", (event) => {
		if (process.listeners("unhandledRejection").length === 0 || userListens("unhandledRejection")) return;
		event.preventDefault();
		if (!isOfClosedSocket(event.reason)) keep("unhandledRejection", event.reason, event.promise);
	});
	globalThis.addEventListener("rejectionhandled", (event) => {
		const index = waiting.findIndex(({ promise }) => promise === event.promise);
		if (index >= 0) waiting.splice(index, 1);
	});
	(globalThis as unknown as EventTarget).addEventListener("error", (event) => {
		if (userListens("uncaughtException")) return;
		// A listener of the user's, which comes after this one, may say that it is handled; workerd does not keep that.
		let handled = false;
		event.preventDefault = () => void (handled = true);
		queueMicrotask(() => {
			if (!handled) keep("uncaughtException", (event as ErrorEvent).error);
		});
	});
	globalThis.setTimeout = watched(globalThis.setTimeout);
	globalThis.setInterval = watched(globalThis.setInterval);
}

function watched<F extends typeof setTimeout | typeof setInterval>(start: F): F {
	const replacement = (callback: unknown, ...rest: unknown[]) => {
		if (typeof callback !== "function") return Reflect.apply(start, globalThis, [callback, ...rest]);
		const run = function (this: unknown, ...args: unknown[]): unknown {
			try {
				return callback.apply(this, args);
			} catch (error) {
				if (!userListens("uncaughtException")) keep("uncaughtException", error);
				throw error;
			}
		};
		return Reflect.apply(start, globalThis, [run, ...rest]);
	};
	return Object.defineProperty(replacement, "name", { value: start.name }) as unknown as F;
}
