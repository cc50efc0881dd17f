/**
 * The `process` that the bundled Vitest sees. It is not put on `globalThis`: a Worker without Node compatibility must
 * not get a `process` from its test runner.
 */
import { EventEmitter } from "node-internal:events";

type Listener = (...args: unknown[]) => void;

const events = new EventEmitter();
interface WorkerProcess {
	env: Record<string, string | undefined>;
	exit(code?: number): void;
}
const workerProcess = (globalThis as { process?: WorkerProcess }).process;
const wantsColor = (globalThis as Record<symbol, unknown>)[Symbol.for("wpt.color")] === true;

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
	argv: wantsColor ? [] : ["--no-color"],
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

// workerd's own would end workerd. Vitest puts its own here, which throws.
if (workerProcess) workerProcess.exit = (...code) => process.exit(...code);

export default process;
