/**
 * Evaluated before Vitest: what its top-level code expects of a Node worker and workerd does not give while no request
 * is being handled. Timers may not be started then, and Vitest only keeps the ids it gets.
 */
import { process } from "./shims/process";
import { catchUnhandledErrors } from "./unhandled-errors";

const startTimeout = globalThis.setTimeout;
const stopTimeout = globalThis.clearTimeout;
const startInterval = globalThis.setInterval;
const stopInterval = globalThis.clearInterval;
const NO_TIMER = -1 as unknown as ReturnType<typeof setTimeout>;

let evaluating = true;

/** Ends the stage in which timers are inert: from here on they are workerd's own. */
export function finishEvaluation(): void {
	if (!evaluating) return;
	evaluating = false;
	globalThis.setTimeout = startTimeout;
	globalThis.clearTimeout = stopTimeout;
	takeBack();
	catchUnhandledErrors();
}

/** Evaluates a package that only tests import: MSW, for example, makes a `BroadcastChannel` then, and needs none later. */
export async function withStandIns<T>(evaluate: () => Promise<T>): Promise<T> {
	lend();
	try {
		return await evaluate();
	} finally {
		takeBack();
	}
}

/** Waits with workerd's own timer, whatever a test makes of the global ones. */
export function sleep(milliseconds: number): Promise<void> {
	return new Promise((resolve) => startTimeout(resolve, milliseconds));
}

/** Calls `callback` once, with workerd's own timer; gives the function that prevents it. */
export function after(milliseconds: number, callback: () => void): () => void {
	const timer = startTimeout(callback, milliseconds);
	return () => stopTimeout(timer);
}

/** Calls `callback` again and again, with workerd's own timer; gives the function that ends it. */
export function every(milliseconds: number, callback: () => void): () => void {
	const timer = startInterval(callback, milliseconds);
	return () => stopInterval(timer);
}

globalThis.setTimeout = ((callback: () => void, delay?: number, ...args: unknown[]) =>
	evaluating ? NO_TIMER : (startTimeout as Function)(callback, delay, ...args)) as typeof setTimeout;
globalThis.clearTimeout = ((id: number) => {
	if (!evaluating) stopTimeout(id);
}) as typeof clearTimeout;

/** Classes that a Worker may not have, depending on its compatibility date; Vitest takes them when it is evaluated. */
const STAND_INS: Record<string, unknown> = {
	BroadcastChannel: class {
		postMessage() {}
		close() {}
		addEventListener() {}
		removeEventListener() {}
	},
	// Vitest refers to its mocks weakly. They may as well live as long as the isolate.
	WeakRef: class<T> {
		readonly #target: T;
		constructor(target: T) {
			this.#target = target;
		}
		deref(): T {
			return this.#target;
		}
	},
	FinalizationRegistry: class {
		register() {}
		unregister() {}
	},
};
const missing = Object.keys(STAND_INS).filter((name) => !(name in globalThis));

function lend(): void {
	for (const name of missing) Object.defineProperty(globalThis, name, { value: STAND_INS[name], configurable: true });
}

/** The code under test does not have them in production. */
function takeBack(): void {
	for (const name of missing) Reflect.deleteProperty(globalThis, name);
}
lend();

// Vitest binds these two when it is evaluated.
process.env.VITEST = "true";
process.env.NODE_ENV ??= "test";
