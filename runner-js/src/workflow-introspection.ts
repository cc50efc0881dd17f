/**
 * Looking into workflows and changing how they run, for tests. Miniflare's binding to a workflow has methods for it; they
 * act on the engines, so that instances which others create are reached too.
 */

/** A step by its name; of several with that name, the one with this index, from 1. */
interface Step {
	name: string;
	index?: number;
}

interface WorkflowEventInit {
	type: string;
	payload: unknown;
}

/** What a test can change about an instance. */
interface Modifier {
	disableSleeps(steps?: Step[]): Promise<void>;
	disableRetryDelays(steps?: Step[]): Promise<void>;
	mockStepResult(step: Step, stepResult: unknown): Promise<void>;
	mockStepError(step: Step, error: Error, times?: number): Promise<void>;
	forceStepTimeout(step: Step, times?: number): Promise<void>;
	mockEvent(event: WorkflowEventInit): Promise<void>;
	forceEventTimeout(step: Step): Promise<void>;
}

/** A call of one of a modifier's methods, by the names that the binding gives to its arguments. */
interface Operation {
	type: keyof Modifier;
	step?: Step;
	steps?: Step[];
	stepResult?: unknown;
	error?: { name: string; message: string };
	event?: WorkflowEventInit;
	times?: number;
}

/** The methods of Miniflare's binding that are meant for tests. */
interface Introspectable {
	unsafeStartIntrospection(): Promise<string>;
	unsafeStopIntrospection(session: string): Promise<void>;
	unsafeSetIntrospectionOperations(session: string, operations: Operation[]): Promise<void>;
	unsafeGetIntrospectionInstances(session: string): Promise<string[]>;
	unsafeGetInstanceModifier(instance: string): Promise<Modifier & Partial<Disposable>>;
	unsafeWaitForStepResult(instance: string, name: string, index?: number): Promise<unknown>;
	unsafeWaitForStatus(instance: string, status: string): Promise<void>;
	unsafeGetOutputOrError(instance: string, isOutput: boolean): Promise<unknown>;
	unsafeAbort(instance: string, reason: string): Promise<void>;
}

function requireIntrospectable(workflow: object, caller: string): Introspectable {
	if (typeof (workflow as Partial<Introspectable>).unsafeStartIntrospection === "function") return workflow as Introspectable;
	throw new Error(
		`[WorkflowIntrospector] \`${caller}()\` needs a Workflow binding from \`env\`, and can't introspect Workflows on \`ctx.exports\`. To introspect a Workflow declared in \`exports\`, add a binding to it, for example a test-only binding in your Vitest config: \`miniflare: { workflows: { MY_WORKFLOW: { name: "my-workflow", className: "MyWorkflow" } } }\`. Instances created through \`ctx.exports\` are introspected too.`,
	);
}

function bytesOf(chunk: unknown): Uint8Array {
	if (chunk instanceof ArrayBuffer) return new Uint8Array(chunk.slice(0));
	if (ArrayBuffer.isView(chunk) && !(chunk instanceof DataView)) {
		return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength).slice();
	}
	throw new TypeError("Workflow mockStepResult() ReadableStream chunks must be ArrayBuffer or TypedArray values.");
}

/** A stream can be read once, and there may be any number of instances: its chunks stand for it. */
async function chunksOf(stream: ReadableStream): Promise<object> {
	if (stream.locked) throw new TypeError("Workflow mockStepResult() received a locked or unreadable ReadableStream.");
	const chunks: Uint8Array[] = [];
	for await (const chunk of stream) {
		const bytes = bytesOf(chunk);
		if (bytes.byteLength > 0) chunks.push(bytes);
	}
	return { __workflowIntrospectionStreamResult: true, chunks };
}

/** Notes what is to be done to instances that do not exist yet. */
class Recorder implements Modifier {
	readonly #operations: Operation[];

	constructor(operations: Operation[]) {
		this.#operations = operations;
	}

	async disableSleeps(steps?: Step[]): Promise<void> {
		this.#operations.push({ type: "disableSleeps", steps });
	}

	async disableRetryDelays(steps?: Step[]): Promise<void> {
		this.#operations.push({ type: "disableRetryDelays", steps });
	}

	async mockStepResult(step: Step, result: unknown): Promise<void> {
		const stepResult = result instanceof ReadableStream ? await chunksOf(result) : result;
		this.#operations.push({ type: "mockStepResult", step, stepResult });
	}

	async mockStepError(step: Step, { name, message }: Error, times?: number): Promise<void> {
		this.#operations.push({ type: "mockStepError", step, error: { name, message }, times });
	}

	async forceStepTimeout(step: Step, times?: number): Promise<void> {
		this.#operations.push({ type: "forceStepTimeout", step, times });
	}

	async mockEvent(event: WorkflowEventInit): Promise<void> {
		this.#operations.push({ type: "mockEvent", event });
	}

	async forceEventTimeout(step: Step): Promise<void> {
		this.#operations.push({ type: "forceEventTimeout", step });
	}
}

/** One instance, which need not exist yet. */
class WorkflowInstanceIntrospector {
	readonly #workflow: Introspectable;
	readonly #instance: string;
	readonly #modifier: Promise<Modifier & Partial<Disposable>>;
	#disposed = false;

	constructor(workflow: Introspectable, instance: string) {
		this.#workflow = workflow;
		this.#instance = instance;
		this.#modifier = workflow.unsafeGetInstanceModifier(instance);
		// `modify` gets the error.
		this.#modifier.catch(() => {});
	}

	async modify(change: (modifier: Modifier) => Promise<void>): Promise<this> {
		await change(await this.#modifier);
		return this;
	}

	waitForStepResult({ name, index }: Step): Promise<unknown> {
		return this.#workflow.unsafeWaitForStepResult(this.#instance, name, index);
	}

	async waitForStatus(status: string): Promise<void> {
		// Every instance has been queued; none is seen to be.
		if (status !== "queued") await this.#workflow.unsafeWaitForStatus(this.#instance, status);
	}

	getOutput(): Promise<unknown> {
		return this.#workflow.unsafeGetOutputOrError(this.#instance, true);
	}

	getError(): Promise<unknown> {
		return this.#workflow.unsafeGetOutputOrError(this.#instance, false);
	}

	/** Ends the instance, and forgets it. Bound: a test may pass the method on. */
	readonly dispose = async (): Promise<void> => {
		if (this.#disposed) return;
		this.#disposed = true;
		const modifier = await this.#modifier.catch(() => undefined);
		modifier?.[Symbol.dispose]?.();
		await this.#workflow.unsafeAbort(this.#instance, "Instance dispose");
	};

	[Symbol.asyncDispose](): Promise<void> {
		return this.dispose();
	}
}

/** All instances of a workflow that are created from now on, whoever creates them. */
class WorkflowIntrospector {
	readonly #workflow: Introspectable;
	readonly #session: string;
	readonly #operations: Operation[] = [];
	readonly #instances = new Map<string, WorkflowInstanceIntrospector>();
	#disposed = false;

	constructor(workflow: Introspectable, session: string) {
		this.#workflow = workflow;
		this.#session = session;
	}

	async modifyAll(change: (modifier: Modifier) => Promise<void>): Promise<void> {
		await change(new Recorder(this.#operations));
		await this.#workflow.unsafeSetIntrospectionOperations(this.#session, this.#operations);
	}

	async get(): Promise<WorkflowInstanceIntrospector[]> {
		for (const id of await this.#workflow.unsafeGetIntrospectionInstances(this.#session)) {
			if (!this.#instances.has(id)) this.#instances.set(id, new WorkflowInstanceIntrospector(this.#workflow, id));
		}
		return [...this.#instances.values()];
	}

	/** Ends all instances, and the introspection. Bound: a test may pass the method on. */
	readonly dispose = async (): Promise<void> => {
		if (this.#disposed) return;
		this.#disposed = true;
		try {
			await this.get();
		} finally {
			await this.#workflow.unsafeStopIntrospection(this.#session);
			await Promise.all([...this.#instances.values()].map((instance) => instance.dispose()));
		}
	};

	[Symbol.asyncDispose](): Promise<void> {
		return this.dispose();
	}
}

export async function introspectWorkflowInstance(
	workflow: object | undefined,
	instance: string | undefined,
): Promise<WorkflowInstanceIntrospector> {
	if (!workflow || !instance) throw new Error("[WorkflowIntrospector] Workflow binding and instance id are required.");
	return new WorkflowInstanceIntrospector(requireIntrospectable(workflow, "introspectWorkflowInstance"), instance);
}

export async function introspectWorkflow(workflow: object | undefined): Promise<WorkflowIntrospector> {
	if (!workflow) throw new Error("[WorkflowIntrospector] Workflow binding is required.");
	const introspectable = requireIntrospectable(workflow, "introspectWorkflow");
	return new WorkflowIntrospector(introspectable, await introspectable.unsafeStartIntrospection());
}
