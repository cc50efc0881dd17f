/**
 * The module `wpt:worker`: what a generated test Worker's main module is made of. It is evaluated when the isolate
 * starts, so it holds no more than the exports need; the runner is loaded with the first test file.
 */
import { withAbsentContainer } from "./container";
import type { Class } from "./late";
import { type Context, TestWorker, type TestWorkerOptions } from "./worker";

/** Events that an object of handlers can have. */
const HANDLERS = ["fetch", "scheduled", "queue", "email", "tail", "trace"];

/** One isolate that runs test files, one session after another. Its exports stand for those of the project's main module. */
export class Isolate {
	readonly options: TestWorkerOptions;
	/** The Worker under test of the session under way; between two, one that nothing can reach. */
	worker: TestWorker;

	constructor(options: TestWorkerOptions) {
		this.options = options;
		this.worker = new TestWorker(options);
	}

	/** What ran in an earlier session keeps the Worker that it had. */
	renew(): TestWorker {
		this.worker = new TestWorker(this.options);
		return this.worker;
	}

	/**
	 * A Durable Object class for the main module's `name`. Its constructor returns an instance of the user's own class,
	 * so workerd talks to that: private fields, missing handlers and the order of calls are those of production.
	 * `image` is that of its containers, if it has any.
	 */
	durableObject(name: string, image?: string): unknown {
		const isolate = this;
		return class extends this.options.workers.DurableObject {
			constructor(ctx: DurableObjectState, env: unknown) {
				super(ctx, env);
				if (image) withAbsentContainer(ctx, name, image);
				return isolate.worker.object(name, ctx, this);
			}
		};
	}

	/** A WorkerEntrypoint class for the main module's `name`. */
	entrypoint(name: string): unknown {
		return this.#entrypointClass(name, this.options.workers.WorkerEntrypoint);
	}

	/** A WorkflowEntrypoint class for the main module's `name`. */
	workflow(name: string): unknown {
		return this.#entrypointClass(name, this.options.workers.WorkflowEntrypoint);
	}

	#entrypointClass(name: string, Base: Class): unknown {
		const isolate = this;
		return class extends Base {
			constructor(ctx: Context, env: unknown) {
				super(ctx, env);
				return isolate.worker.entrypoint(name, ctx, this);
			}
		};
	}

	/** An object of handlers, for the main module's `name`. */
	handler(name: string): Record<string, unknown> {
		const call = (event: string) => (argument: unknown, _env: unknown, ctx: Context) =>
			this.worker.handleEvent(name, event, argument, ctx);
		return Object.fromEntries(HANDLERS.map((event) => [event, call(event)]));
	}

	/** The entrypoint that a host connects to: a WebSocket that speaks Vitest's worker protocol. */
	runner(): unknown {
		const isolate = this;
		return class extends this.options.workers.WorkerEntrypoint {
			async fetch(request: Request): Promise<Response> {
				// Vitest's colours are decided when it is evaluated.
				(globalThis as Record<symbol, unknown>)[Symbol.for("wpt.color")] = request.headers.has("wpt-color");
				const { accept } = await import("wpt:runner");
				return accept(request, isolate);
			}
		};
	}
}

export function createIsolate(options: TestWorkerOptions): Isolate {
	return new Isolate(options);
}
