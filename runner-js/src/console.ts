/**
 * `console` under test: each call is formatted as Node would and handed to Vitest's `onUserConsoleLog` with the test
 * that is running, also from handlers whose request ends at once.
 */
import { formatWithOptions } from "node-internal:internal_inspect";

export interface ConsoleLog {
	type: "stdout" | "stderr";
	content: string;
	taskId?: string;
	time: number;
	size: number;
}

const STDERR = new Set(["error", "warn", "trace", "assert"]);
const RealDate = Date;

/**
 * Replaces `globalThis.console`. `report` gets each text; consecutive calls in one task of the event loop are joined,
 * as Vitest does. workerd's own console stays reachable as `__console`.
 */
export function interceptConsole(currentTask: () => string | undefined, colors: boolean, report: (log: ConsoleLog) => void): void {
	const native = console;
	if ("__console" in globalThis) return;
	Object.defineProperty(globalThis, "__console", { value: native, configurable: true, enumerable: false });

	let pending: ConsoleLog[] = [];
	const flush = () => {
		const logs = pending;
		pending = [];
		for (const log of logs) report({ ...log, size: log.content.length });
	};
	let indentation = "";
	const counters = new Map<string, number>();
	const timers = new Map<string, number>();

	const write = (method: string, args: unknown[]) => {
		const type = STDERR.has(method) ? "stderr" : "stdout";
		const text = formatWithOptions({ colors }, ...args);
		const content = `${indentation ? text.replace(/^/gm, indentation) : text}\n`;
		const taskId = currentTask();
		const last = pending.at(-1);
		if (last && last.type === type && last.taskId === taskId) {
			last.content += content;
			return;
		}
		if (pending.length === 0) queueMicrotask(flush);
		pending.push({ type, content, taskId, time: RealDate.now(), size: 0 });
	};

	const methods: Record<string, (...args: any[]) => void> = {
		assert: (condition, ...args) => {
			if (condition) return;
			const [first, ...rest] = args;
			write("assert", typeof first === "string" ? [`Assertion failed: ${first}`, ...rest] : ["Assertion failed", ...args]);
		},
		clear: () => {},
		count: (label = "default") => {
			counters.set(label, (counters.get(label) ?? 0) + 1);
			write("log", [`${label}: ${counters.get(label)}`]);
		},
		countReset: (label = "default") => void counters.delete(label),
		dir: (value) => write("log", [value]),
		dirxml: (...args) => write("log", args),
		group: (...args) => {
			if (args.length > 0) write("log", args);
			indentation += "  ";
		},
		groupEnd: () => {
			indentation = indentation.slice(2);
		},
		time: (label = "default") => void timers.set(label, RealDate.now()),
		timeLog: (label = "default", ...args) =>
			write("log", [`${label}: ${RealDate.now() - (timers.get(label) ?? RealDate.now())}ms`, ...args]),
		timeEnd: (label = "default") => {
			methods.timeLog(label);
			timers.delete(label);
		},
		trace: (...args) => {
			const { stack = "" } = new Error();
			write("trace", [formatWithOptions({ colors }, "Trace:", ...args) + stack.replace(/^[^\n]*\n[^\n]*/, "")]);
		},
	};
	methods.groupCollapsed = methods.group;
	for (const name of ["log", "info", "debug", "warn", "error", "table"]) methods[name] = (...args) => write(name, args);

	Object.assign(globalThis, { console: Object.assign(Object.create(native), methods) });
}
