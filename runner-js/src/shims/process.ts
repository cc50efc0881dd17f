/**
 * The `process` that the bundled Vitest sees. It is not put on `globalThis`: a Worker without Node compatibility must
 * not get a `process` from its test runner.
 */
import { EventEmitter } from "node-internal:events";

type Listener = (...args: unknown[]) => void;

const events = new EventEmitter();
const workerProcess = (globalThis as { process?: { env: Record<string, string | undefined> } }).process;

let root = "/";

/** Sets what `process.cwd()` answers: the project root, known only at run time. */
export function setWorkingDirectory(directory: string): void {
	root = directory;
}

const sink = { write: (_text: string, done?: () => void) => (done?.(), true), isTTY: false, columns: 80 };

export const process = {
	// A Worker with Node compatibility shares its environment, so that `test.env` reaches the code under test.
	env: workerProcess?.env ?? ({} as Record<string, string | undefined>),
	versions: {} as Record<string, string>,
	version: "",
	platform: "linux",
	arch: "x64",
	argv: [] as string[],
	execArgv: [] as string[],
	execPath: "",
	pid: 1,
	exitCode: undefined as number | undefined,
	stdout: sink,
	stderr: sink,
	stdin: { isTTY: false },
	cwd: () => root,
	exit: (code?: number) => {
		throw new Error(`process.exit unexpectedly called with "${code ?? 0}"`);
	},
	nextTick: (callback: Listener, ...args: unknown[]) => queueMicrotask(() => callback(...args)),
	memoryUsage: () => ({ heapUsed: 0, heapTotal: 0, rss: 0, external: 0, arrayBuffers: 0 }),
	hrtime: Object.assign(
		() => {
			const now = performance.now();
			return [Math.trunc(now / 1000), Math.trunc((now % 1000) * 1e6)];
		},
		{ bigint: () => BigInt(Math.trunc(performance.now() * 1e6)) },
	),
	emitWarning: (warning: unknown) => console.warn(warning),
	on: (name: string, listener: Listener) => (events.on(name, listener), process),
	off: (name: string, listener: Listener) => (events.off(name, listener), process),
	once: (name: string, listener: Listener) => (events.once(name, listener), process),
	addListener: (name: string, listener: Listener) => (events.on(name, listener), process),
	removeListener: (name: string, listener: Listener) => (events.off(name, listener), process),
	listeners: (name: string) => events.listeners(name),
	emit: (name: string, ...args: unknown[]) => events.emit(name, ...args),
};

/**
 * Rejected promises without a handler. workerd tells of one at once, also when its handler is attached in the same turn of
 * the event loop, as Vitest does with the promise of an async test; so Vitest is told only of those that stay unhandled.
 */
const unhandled = new Map<Promise<unknown>, unknown>();

globalThis.addEventListener("unhandledrejection", (event) => {
	const { reason, promise } = event as unknown as { reason: unknown; promise: Promise<unknown> };
	unhandled.set(promise, reason);
	(event as Event).preventDefault();
});
globalThis.addEventListener("rejectionhandled", (event) => {
	unhandled.delete((event as unknown as { promise: Promise<unknown> }).promise);
});

/**
 * Tells Vitest, which listens on `process`, of the rejections that nothing has handled a turn of the event loop later, for
 * which `turn` waits.
 */
export async function reportUnhandledRejections(turn: () => Promise<void>): Promise<void> {
	if (unhandled.size === 0) return;
	await turn();
	const found = [...unhandled];
	unhandled.clear();
	for (const [promise, reason] of found) process.emit("unhandledRejection", reason, promise);
}

export default process;
