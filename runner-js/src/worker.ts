/** The Worker under test, as the files of one slot have it. */
import type { Alarms } from "./alarms";
import type { FakeTime } from "./fake-time";
import { type Class, lateEntrypoint, lateObject, withHandlersOnly } from "./late";
import type { ObjectName } from "./ending";
import type { Manifest } from "./manifest";
import { rpcView } from "./rpc-view";
import type { LoadModule } from "./module-table";

/** The namespace of `cloudflare:workers`. */
export interface WorkersModule {
	env: Record<string, unknown>;
	/** Whether or not the Worker's flags put it on `ctx`; only newer versions of workerd have it. */
	exports?: Record<string, unknown>;
	waitUntil?: (promise: Promise<unknown>) => void;
	DurableObject: Class;
	/** Only newer versions of workerd have them. */
	RpcPromise?: Class;
	RpcProperty?: Class;
	WorkerEntrypoint: Class;
	WorkflowEntrypoint: Class;
}

export interface TestWorkerOptions {
	/** The namespace of `cloudflare:workers`, which an extension cannot import itself. */
	workers: WorkersModule;
	manifest: Manifest;
	load: LoadModule;
}

/** What handlers, entrypoints and Durable Objects get as `ctx`. */
export interface Context {
	waitUntil(promise: unknown): void;
	exports?: Record<string, unknown>;
}

/** The control entrypoint of the simulators: see `simulators.ts`. */
export interface Control {
	/** Sets the simulators' time. */
	fetch: Fetcher["fetch"];
	reset(): Promise<void>;
	/** Leaves nothing of an earlier session. */
	empty(): Promise<void>;
	/** Ends all objects of the slot, and drops their alarms. */
	endFile(): Promise<void>;
	listObjects(): Promise<string[]>;
	pushFrame(objects: ObjectName[], forced: boolean): Promise<{ busy: ObjectName[] }>;
	popFrame(objects: ObjectName[], forced: boolean): Promise<{ busy: ObjectName[]; hasMore?: boolean }>;
	putBack(): Promise<void>;
}

/** The runner's own bindings, which user code does not get to see. */
export interface InternalEnv {
	/** Absent in projects without storage. */
	__WPT_CONTROL?: Control;
	/** Whether tests run with `--offline`. */
	__WPT_OFFLINE?: boolean;
}

/** Work that `runInDurableObject` wants done inside an object; what it gives is carried out of the object by RPC. */
type Action = (instance: object) => Promise<unknown>;

type MainModule = Record<string, unknown>;

/** The prefix of the runner's own bindings. */
const INTERNAL_BINDING = "__WPT_";

/** The method through which `runInDurableObject` enters an object. */
export const ACTION_METHOD = "__wptRunAction";

/**
 * The Worker under test during one session. The main module is evaluated by Vitest's module runner, so that mocks, spies and
 * module identity reach the code under test.
 */
export class TestWorker {
	readonly options: TestWorkerOptions;
	/** `env` as user code sees it: one object for tests, handlers and classes, so that changes to it are shared. */
	readonly env: Record<string, unknown> = {};
	readonly internalEnv: InternalEnv = {};
	/** Imports the main module through Vitest's module runner; set while a run is under way. */
	importMain?: () => Promise<MainModule>;
	/** The main module, if it is evaluated at this moment. */
	currentMain: () => MainModule | undefined = () => undefined;
	/** What user code sees of `ctx.exports`. */
	visibleExports: (exports: Record<string, unknown>) => Record<string, unknown> = (exports) => exports;
	/** These two are set while a run is under way. */
	alarms?: Alarms;
	fakeTime?: FakeTime;
	/** The `ctx` of each instance of a Durable Object class. */
	readonly states = new WeakMap<object, unknown>();
	/** What constructors returned, by the object that methods of it get as `this`. */
	readonly proxies = new WeakMap<object, object>();
	/** Promises that handlers gave to `ctx.waitUntil` and that are not settled. */
	readonly pendingWork = new Set<unknown>();
	/** Whether it is watched what tests wait for: see `why-hanging.ts`. */
	isWatched = false;
	/** Whether some of them were given up. */
	hasAbandonedWork = false;
	/** What handlers threw in the current test: what their callers get knows nothing of where that was. */
	readonly thrown: unknown[] = [];
	/** Is told of each Durable Object before it is constructed. */
	onObject?: (className: string, UserClass: Class, state: DurableObjectState) => void;
	/** By ticket. */
	readonly actions = new Map<string, Action>();

	constructor(options: TestWorkerOptions) {
		this.options = options;
		for (const [name, value] of Object.entries(options.workers.env)) {
			Object.assign(name.startsWith(INTERNAL_BINDING) ? this.internalEnv : this.env, { [name]: ownCopy(value) });
		}
	}

	async #main(): Promise<MainModule> {
		if (!this.options.manifest.main) {
			throw new Error(
				"This project has no main module: set `main` in the wrangler file, or in the options of the Vitest config, to reach the Worker under test.",
			);
		}
		if (!this.importMain) throw new Error("The Worker under test was reached while no test file was running.");
		return this.importMain();
	}

	/** A class of the main module, if that is evaluated now. */
	#classNow(name: string): Class | undefined {
		const value = this.currentMain()?.[name];
		return typeof value === "function" ? (value as Class) : undefined;
	}

	async #class(name: string): Promise<Class> {
		const value = (await this.#main())[name];
		if (typeof value !== "function") {
			throw new TypeError(`${this.options.manifest.main} does not export a class \`${name}\`.`);
		}
		return value as Class;
	}

	/** Notes what `waitUntil` gets. The runner cannot await it: the promises belong to another request. */
	trackWork(promise: unknown): void {
		this.pendingWork.add(promise);
		const done = () => void this.pendingWork.delete(promise);
		Promise.resolve(promise).then(done, done);
	}

	/** Waits no longer for what was given to `waitUntil`. */
	abandonWork(): void {
		this.pendingWork.clear();
		this.hasAbandonedWork = true;
	}

	#prepare<C extends Context>(ctx: C): C {
		const { waitUntil } = ctx;
		const worker = this;
		ctx.waitUntil = function (this: unknown, promise) {
			// Throws for a promise that is none, and if it is called without its `ctx`.
			waitUntil.call(this as Context, promise);
			worker.trackWork(promise);
		};
		this.#showExports(ctx);
		return ctx;
	}

	/** `ctx.exports` without what belongs to the runner. */
	#showExports(ctx: Pick<Context, "exports">): void {
		const { exports } = ctx;
		if (exports) Object.defineProperty(ctx, "exports", { value: this.visibleExports(exports), configurable: true });
	}

	/** What workerd gets of an instance: the instance itself, unless tests expect other words for errors of RPC calls. */
	#shown(instance: object): object {
		return this.options.manifest.views ? rpcView(instance) : instance;
	}

	/** Gives workerd an instance of the user's Durable Object class. */
	#constructObject(className: string, UserClass: Class, ctx: DurableObjectState): object {
		this.#showExports(ctx as Pick<Context, "exports">);
		allowActions(UserClass, this);
		this.onObject?.(className, UserClass, ctx);
		this.alarms?.watch(className, ctx);
		const instance = new UserClass(ctx, this.env);
		this.states.set(instance, ctx);
		const inner = innerObject(instance);
		if (inner && inner !== instance) this.proxies.set(inner, instance);
		// Without this base class an object has no RPC: here neither, although its stand-in has the base class.
		return instance instanceof this.options.workers.DurableObject ? this.#shown(instance) : withHandlersOnly(instance, [ACTION_METHOD]);
	}

	/** Handles an event that the handlers get which the main module exports as `name`. */
	handleEvent(name: string, event: string, argument: unknown, ctx: Context): unknown {
		this.#prepare(ctx);
		const main = this.currentMain();
		return this.#noteErrors(() => {
			if (main) return this.#handle(name, main, event, argument, ctx);
			return this.#main().then((main) => this.#handle(name, main, event, argument, ctx));
		});
	}

	/** An instance of the Durable Object class `name`, or what stands for it until the main module is evaluated. */
	object(name: string, ctx: DurableObjectState, placeholder: object): object {
		const UserClass = this.#classNow(name);
		if (UserClass) return this.#constructObject(name, UserClass, ctx);
		// The main module is not evaluated yet (a test file that reaches the object at its top level, or
		// `vi.resetModules()`): hold all events back until it is.
		let instance: object | undefined;
		ctx.blockConcurrencyWhile(async () => {
			instance = this.#constructObject(name, await this.#class(name), ctx);
		});
		return lateObject(placeholder, () => instance);
	}

	/** The same of an entrypoint class. */
	entrypoint(name: string, ctx: Context, placeholder: object): object {
		this.#prepare(ctx);
		const UserClass = this.#classNow(name);
		const construct = (UserClass: Class) => this.#shown(new UserClass(ctx, this.env));
		return UserClass ? construct(UserClass) : lateEntrypoint(placeholder, this.#class(name).then(construct));
	}

	#noteErrors(handle: () => unknown): unknown {
		const note = (error: unknown): never => {
			this.thrown.push(error);
			throw error;
		};
		try {
			const result = handle();
			return result instanceof Promise ? result.catch(note) : result;
		} catch (error) {
			return note(error);
		}
	}

	#handle(name: string, main: MainModule, event: string, argument: unknown, ctx: Context): unknown {
		const exported = main[name];
		if (!exported) {
			throw new TypeError(
				`${this.options.manifest.main} does not export a ${name} entrypoint. \`@cloudflare/vitest-plugin\` does not support service workers or named entrypoints for \`SELF\`.\nIf you're using service workers, please migrate to the modules format: https://developers.cloudflare.com/workers/reference/migrate-to-module-workers.`,
			);
		}
		// A class that only shows itself when it is evaluated: one that a function of a framework made, for example.
		const handlers = (typeof exported === "function" ? new (exported as Class)(ctx, this.env) : exported) as Record<string, unknown>;
		const handle = handlers[event];
		if (typeof handle !== "function") throw new TypeError(`Handler does not export a ${event}() function.`);
		return typeof exported === "function" ? handle.call(handlers, argument) : handle.call(handlers, argument, this.env, ctx);
	}
}

function allowActions(UserClass: Class, worker: TestWorker): void {
	if (Object.hasOwn(UserClass.prototype, ACTION_METHOD)) return;
	Object.defineProperty(UserClass.prototype, ACTION_METHOD, {
		configurable: true,
		value(this: object, ticket?: string) {
			if (ticket === undefined) return this;
			return worker.actions.get(ticket)?.(worker.proxies.get(this) ?? this);
		},
	});
}

/** What methods get as `this`: another object if a constructor returned a Proxy that binds them. */
function innerObject(instance: object): object | undefined {
	try {
		return (instance as { [ACTION_METHOD](): object })[ACTION_METHOD]();
	} catch {
		// A Proxy may refuse names that it does not know.
		return undefined;
	}
}

/** Data that a test may change is each session's own; all other values, made by workerd or by modules, are what they are. */
function ownCopy(value: unknown): unknown {
	const isData = value instanceof ArrayBuffer || Array.isArray(value) || Object.getPrototypeOf(Object(value)) === Object.prototype;
	if (!isData) return value;
	try {
		return structuredClone(value);
	} catch {
		// It has functions, or is a Proxy.
		return value;
	}
}
