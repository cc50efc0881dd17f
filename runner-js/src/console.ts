/**
 * `console` under test: each call is formatted as Node would and handed to Vitest's `onUserConsoleLog` with the test
 * that is running, also from handlers whose request ends at once.
 */
import { type InspectOptions, formatWithOptions, inspect } from "node-internal:internal_inspect";
import { formatTable } from "./console-table";

/** An argument of Vitest's `onUserConsoleLog`. */
export interface ConsoleLog {
	type: "stdout" | "stderr";
	content: string;
	taskId?: string;
	time: number;
	size: number;
}

type Stream = ConsoleLog["type"];

// A test may replace them.
const RealDate = Date;
const now = performance.now.bind(performance);
const soon = queueMicrotask;

const nativeConsole = console;
/** The host knows it: what comes after it in workerd's own log belongs to the task whose id follows. */
const TASK_MARK = "\u001fwpt-task:";

/** Tells the host, in workerd's own log, that what other Workers write from here on was caused by this task. */
export function markTask(id: string | undefined): void {
	if (id) nativeConsole.log(TASK_MARK + id);
}

const GROUP_INDENTATION = "  ";

/**
 * Replaces `globalThis.console`. `report` gets each text; consecutive calls in one task of the event loop are joined,
 * as Vitest does. workerd's own console stays reachable as `__console`.
 */
export function interceptConsole(currentTask: () => string | undefined, colors: boolean, report: (log: ConsoleLog) => void): void {
	if ("__console" in globalThis) return;
	Object.defineProperty(globalThis, "__console", { value: nativeConsole, configurable: true, writable: true });

	let pending: ConsoleLog[] = [];
	const flush = () => {
		const logs = pending;
		pending = [];
		for (const log of logs) report({ ...log, size: log.content.length });
	};
	const write = (type: Stream, text: string) => {
		const content = `${indentation ? text.replace(/^/gm, indentation) : text}\n`;
		const taskId = currentTask();
		const last = pending.at(-1);
		if (last && last.type === type && last.taskId === taskId) {
			last.content += content;
			return;
		}
		if (pending.length === 0) soon(flush);
		pending.push({ type, content, taskId, time: RealDate.now(), size: 0 });
	};
	const format = (args: unknown[]) => formatWithOptions({ colors }, ...args);
	const log = (...args: unknown[]) => write("stdout", format(args));
	const warn = (...args: unknown[]) => write("stderr", format(args));

	let indentation = "";
	const counters = new Map<string, number>();
	const timers = new Map<string, number>();
	/** A label is any value, as text; what the methods that need one do without it, Node reports as a warning. */
	const withTimer = (method: string, label: unknown, use: (label: string, elapsed: string) => void) => {
		const name = String(label);
		const started = timers.get(name);
		if (started === undefined) warn(`Warning: No such label '${name}' for console.${method}()`);
		else use(name, elapsedText(now() - started));
	};

	const methods: Record<string, (...args: any[]) => void> = {
		log,
		info: log,
		debug: log,
		dirxml: log,
		warn,
		error: warn,
		assert: (condition?: unknown, ...args: unknown[]) => {
			if (condition) return;
			const [first, ...rest] = args;
			if (typeof first === "string") warn(`Assertion failed: ${first}`, ...rest);
			else warn("Assertion failed", ...args);
		},
		clear: () => {},
		count: (label: unknown = "default") => {
			const name = String(label);
			const count = (counters.get(name) ?? 0) + 1;
			counters.set(name, count);
			log(`${name}: ${count}`);
		},
		countReset: (label: unknown = "default") => {
			if (!counters.delete(String(label))) warn(`Warning: Count for '${String(label)}' does not exist`);
		},
		dir: (value: unknown, options?: InspectOptions) => write("stdout", inspect(value, { customInspect: false, colors, ...options })),
		group: (...args: unknown[]) => {
			if (args.length > 0) log(...args);
			indentation += GROUP_INDENTATION;
		},
		groupEnd: () => {
			indentation = indentation.slice(GROUP_INDENTATION.length);
		},
		table: (data: unknown, properties?: unknown) => write("stdout", formatTable(data, properties, colors) ?? format([data])),
		time: (label: unknown = "default") => {
			if (timers.has(String(label))) warn(`Warning: Label '${String(label)}' already exists for console.time()`);
			else timers.set(String(label), now());
		},
		timeLog: (label: unknown = "default", ...args: unknown[]) =>
			withTimer("timeLog", label, (name, elapsed) => log("%s: %s", name, elapsed, ...args)),
		timeEnd: (label: unknown = "default") =>
			withTimer("timeEnd", label, (name, elapsed) => {
				timers.delete(name);
				log("%s: %s", name, elapsed);
			}),
		trace: (...args: unknown[]) => {
			const at: { stack?: string } = {};
			Error.captureStackTrace(at, methods.trace);
			const heading = ["Trace", ...(args.length > 0 ? [format(args)] : [])].join(": ");
			write("stderr", heading + (at.stack ?? "").replace(/^.*/, ""));
		},
	};
	methods.groupCollapsed = methods.group;

	Object.assign(globalThis, { console: Object.assign(Object.create(nativeConsole), methods) });
}

/** As Node writes a duration. */
function elapsedText(milliseconds: number): string {
	if (milliseconds < 1000) return `${Number(milliseconds.toFixed(3))}ms`;
	return `${(milliseconds / 1000).toFixed(3)}s`;
}
