/**
 * `--why-hanging`: when a test's time is up, its error says what has not come to an end: calls of bindings, requests, work that
 * was given to `waitUntil`, open WebSockets, each with the place where it began.
 */
import type { TestError } from "./handler-errors";
import type { TestWorker } from "./worker";

interface ExplainedError extends TestError {
	cause?: ExplainedError;
}

type Method = (this: object, ...args: unknown[]) => unknown;

/** What Vitest says of a test, or a hook, that takes too long. */
const TIMEOUT = /timed out in \d+ms/;
/** No test waits for more than a few things; the rest would hide them. */
const MOST = 10;

/** What the current test has begun and what has not ended. */
const waiting = new Set<Error>();
let isTesting = false;
let watchesIsolate = false;

/** What bindings may be, or give, that is the language's own. */
const INTRINSICS = [Array, ArrayBuffer, Date, Error, Map, Promise, RegExp, Set, Object.getPrototypeOf(Uint8Array) as typeof Uint8Array];

/** The names of bindings. */
const names = new WeakMap<object, string>();
const watched = new WeakSet<object>();

/** Watches what the tests of a session wait for. */
export function watchWaiting(worker: TestWorker): void {
	for (const [name, binding] of Object.entries(worker.env)) {
		if (typeof binding !== "object" || binding === null) continue;
		names.set(binding, `env.${name}`);
		watchMethods(binding);
	}
	worker.isWatched = true;
	const track = worker.trackWork.bind(worker);
	worker.trackWork = (promise) => {
		note("work that was given to waitUntil()", promise, worker.trackWork);
		track(promise);
	};
	if (watchesIsolate) return;
	watchesIsolate = true;
	const { fetch } = globalThis;
	globalThis.fetch = function watchedFetch(...args: Parameters<typeof fetch>) {
		const [input] = args;
		const response = fetch(...args);
		note(`fetch(${input instanceof Request ? input.url : String(input)})`, response, watchedFetch);
		return response;
	};
	const { accept } = WebSocket.prototype;
	WebSocket.prototype.accept = function watchedAccept(this: WebSocket, ...args) {
		accept.apply(this, args);
		note("a WebSocket that is open", new Promise((resolve) => this.addEventListener("close", resolve)), watchedAccept);
	};
}

/** A test begins. */
export function beginTest(): void {
	waiting.clear();
	isTesting = true;
}

/** A test has ended, with these errors; one that says that its time was up gets what it was waiting for as its causes. */
export function explainTimeout(errors: ExplainedError[]): void {
	isTesting = false;
	const late = errors.find(({ message }) => TIMEOUT.test(message));
	if (!late) return;
	const causes = [...waiting].slice(0, MOST).map(({ message, stack }): ExplainedError => ({ name: "Waiting", message, stack }));
	let last = late;
	while (last.cause) last = last.cause;
	for (const cause of causes) last = last.cause = cause;
	if (waiting.size > MOST) last.cause = { name: "Waiting", message: `and ${waiting.size - MOST} more` };
}

/** Notes that `what` has begun where `caller` was called, until `end` is settled. */
function note(what: string, end: unknown, caller: (...args: any[]) => unknown): void {
	if (!isTesting || typeof (end as PromiseLike<unknown> | null)?.then !== "function") return;
	const begun = new Error(what);
	Error.captureStackTrace(begun, caller);
	begun.stack = begun.stack?.replace(/^Error/, "Waiting");
	waiting.add(begun);
	const ended = () => void waiting.delete(begun);
	(end as PromiseLike<unknown>).then(ended, ended);
}

/** Watches the methods that an object has from its classes. */
function watchMethods(object: object): void {
	if (INTRINSICS.some((Intrinsic) => object instanceof Intrinsic)) return;
	for (let owner = Object.getPrototypeOf(object); owner && owner !== Object.prototype; owner = Object.getPrototypeOf(owner)) {
		if (watched.has(owner)) continue;
		watched.add(owner);
		for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(owner as object))) {
			const native: unknown = descriptor.value;
			if (name === "constructor" || typeof native !== "function" || !descriptor.configurable) continue;
			Object.defineProperty(owner, name, { ...descriptor, value: watching(name, native as Method) });
		}
	}
}

function watching(name: string, native: Method): Method {
	return function watchedMethod(...args) {
		const result = native.apply(this, args);
		const owner = names.get(this) ?? this.constructor.name;
		note(`${owner}.${name}()`, result, watchedMethod);
		// Stubs of Durable Objects and the like have methods of their own.
		if (typeof result === "object" && result !== null && !("then" in result) && !names.has(result)) {
			names.set(result, `${owner}.${name}()`);
			watchMethods(result);
		}
		return result;
	};
}
