/**
 * The module `wpt:worker`: what a generated test Worker's main module is made of. It is evaluated when the isolate
 * starts, so it holds no more than the exports need; the runner is loaded with the first test file.
 */
import type { Manifest } from "./manifest";
import type { LoadModule } from "./module-table";

export interface TestWorkerOptions {
	/** The namespace of `cloudflare:workers`, which an extension cannot import itself. */
	workers: any;
	manifest: Manifest;
	load: LoadModule;
}

/** Events that an object of handlers can have. */
const HANDLERS = ["fetch", "scheduled", "queue", "email", "tail", "trace"];

/** The bindings that the runner itself needs carry this prefix and are hidden from user code. */
const INTERNAL_BINDING = "__WPT_";

/**
 * One isolate that runs test files. Its exports stand for those of the project's main module, which is evaluated by
 * Vitest's module runner so that mocks, spies and module identity reach the code under test.
 */
export class TestWorker {
	readonly options: TestWorkerOptions;
	/** `env` as user code sees it: one object for tests, handlers and classes, so that changes to it are shared. */
	readonly env: Record<string, any> = {};
	readonly internalEnv: Record<string, any> = {};
	/** Imports the main module through Vitest's module runner; set while a run is under way. */
	importMain?: () => Promise<Record<string, any>>;
	/** The main module, if it is evaluated at this moment. */
	currentMain: () => Record<string, any> | undefined = () => undefined;
	/** Called with each new instance of a Durable Object class. */
	readonly states = new WeakMap<object, any>();
	/** How many promises that handlers gave to `ctx.waitUntil` are not settled. */
	pendingWork = 0;
	/** Work that `runInDurableObject` wants done inside an object, by ticket. */
	readonly actions = new Map<string, (instance: object) => Promise<void>>();

	constructor(options: TestWorkerOptions) {
		this.options = options;
		for (const [name, value] of Object.entries(options.workers.env)) {
			(name.startsWith(INTERNAL_BINDING) ? this.internalEnv : this.env)[name] = value;
		}
	}

	async main(): Promise<Record<string, any>> {
		if (!this.options.manifest.main) {
			throw new Error(
				"This project has no main module: set `main` in the wrangler file, or in the options of the Vitest config, to reach the Worker under test.",
			);
		}
		if (!this.importMain) throw new Error("The Worker under test was reached while no test file was running.");
		return this.importMain();
	}

	/** A class of the main module, if that is evaluated now. */
	#classNow(name: string): (new (ctx: unknown, env: unknown) => object) | undefined {
		const value = this.currentMain()?.[name];
		return typeof value === "function" ? value : undefined;
	}

	async #class(name: string): Promise<new (ctx: unknown, env: unknown) => object> {
		const value = (await this.main())[name];
		if (typeof value !== "function") {
			throw new TypeError(`${this.options.manifest.main} does not export a class \`${name}\`.`);
		}
		return value;
	}

	#construct(Class: new (ctx: unknown, env: unknown) => object, ctx: any): object {
		const instance = new Class(ctx, this.env);
		this.states.set(instance, ctx);
		return instance;
	}

	/** Counts what `ctx.waitUntil` gets. The runner cannot await it: the promises belong to another request. */
	#trackWork(ctx: any): any {
		const waitUntil = ctx.waitUntil.bind(ctx);
		ctx.waitUntil = (promise: unknown) => {
			this.pendingWork++;
			const done = () => void this.pendingWork--;
			Promise.resolve(promise).then(done, done);
			return waitUntil(promise);
		};
		return ctx;
	}

	/**
	 * A Durable Object class for the main module's `name`. Its constructor returns an instance of the user's own class,
	 * so workerd talks to that: private fields, missing handlers and the order of calls are those of production.
	 */
	durableObject(name: string): unknown {
		const worker = this;
		return class extends this.options.workers.DurableObject {
			constructor(ctx: any, env: unknown) {
				super(ctx, env);
				const Class = worker.#classNow(name);
				if (Class) {
					allowActions(Class, worker);
					return worker.#construct(Class, ctx);
				}
				// The main module is not evaluated yet (a test file that reaches the object at its top level, or
				// `vi.resetModules()`): hold all events back until it is.
				let instance: object | undefined;
				ctx.blockConcurrencyWhile(async () => {
					const Class = await worker.#class(name);
					allowActions(Class, worker);
					instance = worker.#construct(Class, ctx);
				});
				return lateInstance(this, () => instance);
			}
		};
	}

	/** A WorkerEntrypoint class for the main module's `name`. */
	entrypoint(name: string): unknown {
		return this.#lateClass(name, this.options.workers.WorkerEntrypoint);
	}

	/** A WorkflowEntrypoint class for the main module's `name`. */
	workflow(name: string): unknown {
		return this.#lateClass(name, this.options.workers.WorkflowEntrypoint);
	}

	#lateClass(name: string, Base: any): unknown {
		const worker = this;
		return class extends Base {
			constructor(ctx: any, env: unknown) {
				super(ctx, env);
				worker.#trackWork(ctx);
				const Class = worker.#classNow(name);
				if (Class) return worker.#construct(Class, ctx);
				const instance = worker.#class(name).then((Class) => worker.#construct(Class, ctx) as Record<string, any>);
				return new Proxy(this, {
					get(target, key, receiver) {
						if (typeof key === "symbol" || key === "then") return Reflect.get(target, key, receiver);
						return async (...args: unknown[]) => (await instance)[key](...args);
					},
				});
			}
		};
	}

	/** An object of handlers, for the main module's `name`. */
	handler(name: string): Record<string, unknown> {
		const call =
			(event: string) =>
			async (argument: unknown, _env: unknown, ctx: unknown): Promise<unknown> => {
				const handlers = (await this.main())[name];
				if (typeof handlers?.[event] !== "function") {
					throw new TypeError(
						handlers === undefined
							? `${this.options.manifest.main} does not export a ${name} entrypoint. \`@cloudflare/vitest-plugin\` does not support service workers or named entrypoints for \`SELF\`.\nIf you're using service workers, please migrate to the modules format: https://developers.cloudflare.com/workers/reference/migrate-to-module-workers.`
							: `Handler does not export a ${event}() function.`,
					);
				}
				return handlers[event](argument, this.env, this.#trackWork(ctx));
			};
		return Object.fromEntries(HANDLERS.map((event) => [event, call(event)]));
	}

	/** The entrypoint that a host connects to: a WebSocket that speaks Vitest's worker protocol. */
	runner(): unknown {
		const worker = this;
		return class extends this.options.workers.WorkerEntrypoint {
			async fetch(request: Request): Promise<Response> {
				const { accept } = await import("wpt:runner");
				return accept(request, worker);
			}
		};
	}
}

/** The method through which `runInDurableObject` enters an object. */
export const ACTION_METHOD = "__wptRunAction";

function allowActions(Class: { prototype: object }, worker: TestWorker): void {
	if (Object.hasOwn(Class.prototype, ACTION_METHOD)) return;
	Object.defineProperty(Class.prototype, ACTION_METHOD, {
		configurable: true,
		value(this: object, ticket: string) {
			return worker.actions.get(ticket)!(this);
		},
	});
}

/** Stands for an object that does not exist yet; nothing reads it before it does. */
function lateInstance(placeholder: object, get: () => object | undefined): object {
	const target = () => get() ?? placeholder;
	return new Proxy(placeholder, {
		get: (_, key) => {
			const value = Reflect.get(target(), key, target());
			return typeof value === "function" ? value.bind(target()) : value;
		},
		has: (_, key) => Reflect.has(target(), key),
		getPrototypeOf: () => Reflect.getPrototypeOf(target()),
		getOwnPropertyDescriptor: (_, key) => Reflect.getOwnPropertyDescriptor(target(), key),
		ownKeys: () => Reflect.ownKeys(target()),
	});
}

export function createTestWorker(options: TestWorkerOptions): TestWorker {
	return new TestWorker(options);
}
