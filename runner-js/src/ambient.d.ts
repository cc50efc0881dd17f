/**
 * Modules that exist only inside workerd or are named by `wpt-gen`'s bundler, and globals that
 * `@cloudflare/workers-types` does not declare. Only what the runner uses.
 */

declare module "node-internal:async_hooks" {
	class AsyncLocalStorage<T> {
		getStore(): T | undefined;
		run<R>(store: T, callback: () => R): R;
		enterWith(store: T): void;
	}
	const hooks: { AsyncLocalStorage: typeof AsyncLocalStorage; AsyncResource: unknown };
	export default hooks;
}

declare module "node-internal:events" {
	export class EventEmitter {
		on(name: string, listener: (...args: unknown[]) => void): this;
		once(name: string, listener: (...args: unknown[]) => void): this;
		off(name: string, listener: (...args: unknown[]) => void): this;
		listeners(name: string): Function[];
		listenerCount(name: string): number;
		emit(name: string, ...args: unknown[]): boolean;
	}
}

declare module "node-internal:internal_buffer" {
	export const Buffer: unknown;
}

declare module "node-internal:internal_http_constants" {
	export const STATUS_CODES: Record<number, string>;
}

declare module "node-internal:internal_inspect" {
	export interface InspectOptions {
		colors?: boolean;
		depth?: number | null;
		showHidden?: boolean;
		customInspect?: boolean;
		maxArrayLength?: number;
		breakLength?: number;
	}
	export function format(...values: unknown[]): string;
	export function formatWithOptions(options: InspectOptions, ...values: unknown[]): string;
	export function inspect(value: unknown, options?: InspectOptions): string;
	export function stripVTControlCharacters(text: string): string;
}

declare module "node-internal:internal_path" {
	type Path = Record<"resolve" | "join" | "relative", (...parts: string[]) => string> &
		Record<"normalize" | "dirname", (path: string) => string> &
		Record<"isAbsolute" | "basename" | "extname" | "format" | "parse" | "sep" | "delimiter" | "win32" | "posix", unknown>;
	const path: Path;
	export default path;
}

declare module "node-internal:internal_querystring" {
	export function stringify(query: Record<string, unknown>): string;
}

declare module "node-internal:internal_url" {
	export function fileURLToPath(url: string | URL): string;
	export function pathToFileURL(path: string): URL;
}

/** `templates/simulators/clock.js`. */
declare module "clock.js" {
	export function set(time: import("./time").Time): Promise<import("./time").Timetable>;
}

/** `templates/simulators/objects.js`. */
declare module "objects.js" {
	export function areWorking(slot: string): boolean;
	export function endPinned(slot: string): Promise<void>;
	export function forget(slot: string): void;
	export function endUnpinned(slot: string): Promise<void>;
	export function pathsOf(slot: string): string[];
	export function pushFrame(slot: string): void;
	export function popFrame(slot: string): Promise<Undone>;
	export function putBack(undone: Undone): Promise<void>;
	/** What was ended with a frame. */
	interface Undone {
		ended: unknown[];
	}
}

declare module "undici/lib/core/errors.js" {
	export class InvalidArgumentError extends Error {}
}

declare module "undici/lib/core/symbols.js" {
	export const kClients: unique symbol;
}

declare module "undici/lib/mock/mock-agent.js" {
	import type { kClients } from "undici/lib/core/symbols.js";
	import type { kDispatches, kMockAgentGet } from "undici/lib/mock/mock-symbols.js";
	export default class MockAgent {
		constructor(options: { connections: number });
		readonly isMockActive: boolean;
		deactivate(): void;
		enableNetConnect(): void;
		dispatch(options: object, handler: object): void;
		readonly [kClients]: Map<unknown, object>;
		[kMockAgentGet](origin: string): { [kDispatches]: unknown[] } | undefined;
	}
}

declare module "undici/lib/mock/mock-symbols.js" {
	export const kDispatches: unique symbol;
	export const kMockAgentGet: unique symbol;
}

declare module "workerd:unsafe" {
	/** The first two act on all Workers at once, before they return; the others wait for what is under way. */
	const unsafe: {
		abortAllDurableObjects(): Promise<void>;
		deleteAllDurableObjects(): Promise<void>;
		evict(stub: unknown, options?: { webSockets?: "close" | "hibernate" }): Promise<void>;
		evictAllDurableObjects(options?: { webSockets?: "close" | "hibernate" }): Promise<void>;
	};
	export default unsafe;
}

/** The project's own Vitest: the part of it that the runner uses, the same in Vitest 4.1 and 5. */
declare module "wpt-project:vitest" {
	export const vi: import("./fake-time").Vi;
	/** The class of what runs tests, whose methods Vitest calls around them. */
	export const TestRunner: { prototype: import("./test-isolation").RunnerHooks };
	export function beforeEach(hook: (context: { task: { id: string } }) => unknown): void;
	export function afterEach(hook: (context: { task: { result?: { errors?: import("./handler-errors").TestError[] } } }) => unknown): void;

	type Getter = (this: object) => unknown;
	interface ChaiUtilities {
		flag(assertion: object, name: string, value?: unknown): unknown;
		overwriteProperty(prototype: object, name: string, overwrite: (get: Getter) => Getter): void;
	}
	export const expect: object;
	export const chai: { expect: object; assert: object; use(plugin: (chai: { Assertion: { prototype: object } }, utilities: ChaiUtilities) => void): void };
}

declare module "wpt-project:vitest/globals" {
	export function registerApiGlobally(): void;
}

declare module "wpt-project:vitest/worker" {
	type Listener = (message: unknown) => void;
	interface WorkerOptions {
		post(message: import("./session").Message): void;
		on(listener: Listener): void;
		off(listener: Listener): void;
		setup: unknown;
		runTests(state: import("./runner").RunState, traces: unknown): Promise<unknown>;
		collectTests(state: import("./runner").RunState, traces: unknown): Promise<unknown>;
		onModuleRunner(runner: import("./runner").ModuleRunner): void;
	}
	export function init(options: WorkerOptions): void;
	export function runBaseTests(method: "run" | "collect", state: unknown, traces: unknown): Promise<unknown>;
	export const setupEnvironment: unknown;
}

declare module "wpt-project:vitest/module-evaluator" {
	export class VitestModuleEvaluator {
		runExternalModule(id: string): Promise<object>;
	}
}

declare module "wpt:fetch-mock" {
	export const fetchMock: object;
	export function resetFetchMock(): void;
	export function interceptFetch(): void;
}

declare module "wpt:runner" {
	export const accept: typeof import("./runner").accept;
}

interface ErrorConstructor {
	/** V8's: makes the text of a stack. */
	prepareStackTrace?: ((error: Error, frames: unknown[]) => unknown) | undefined;
	stackTraceLimit: number;
	captureStackTrace(target: object, below?: Function): void;
}
