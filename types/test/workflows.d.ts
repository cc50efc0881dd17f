/** Watching and changing what Workflows do. */
declare module "cloudflare:test" {
	/** A step of a Workflow; of several with one name, `index` (from 1) says which. */
	interface WorkflowStepSelector {
		name: string;
		index?: number;
	}

	/** Changes what an instance does. */
	interface WorkflowInstanceModifier {
		/** Ends sleeps at once: those given, or all. */
		disableSleeps(steps?: WorkflowStepSelector[]): Promise<void>;
		/** Tries failed steps again at once: those given, or all. */
		disableRetryDelays(steps?: WorkflowStepSelector[]): Promise<void>;
		/** Gives the step a result without running it. */
		mockStepResult(step: WorkflowStepSelector, stepResult: unknown): Promise<void>;
		/** Lets the step fail, as often as `times` says, or always. */
		mockStepError(step: WorkflowStepSelector, error: Error, times?: number): Promise<void>;
		/** Lets the step time out, as often as `times` says, or always. */
		forceStepTimeout(step: WorkflowStepSelector, times?: number): Promise<void>;
		/** Sends the instance an event, before it waits for it. */
		mockEvent(event: { type: string; payload: unknown }): Promise<void>;
		/** Lets a `waitForEvent` step time out. */
		forceEventTimeout(step: WorkflowStepSelector): Promise<void>;
	}

	/** Watches one instance of a Workflow. */
	export interface WorkflowInstanceIntrospector {
		modify(fn: (modifier: WorkflowInstanceModifier) => Promise<void>): Promise<WorkflowInstanceIntrospector>;
		/** The result of a step, when it has one; rejects if the step fails. */
		waitForStepResult(step: WorkflowStepSelector): Promise<unknown>;
		/** Rejects if the instance ends in another status. */
		waitForStatus(status: InstanceStatus["status"]): Promise<void>;
		getOutput(): Promise<unknown>;
		getError(): Promise<{ name: string; message: string }>;
		/** Ends the watch, and takes the changes back. */
		dispose(): Promise<void>;
		[Symbol.asyncDispose](): Promise<void>;
	}

	/** Watches all instances of a Workflow that are created from now on. */
	export interface WorkflowIntrospector {
		modifyAll(fn: (modifier: WorkflowInstanceModifier) => Promise<void>): Promise<void>;
		/** The instances created since. */
		get(): Promise<WorkflowInstanceIntrospector[]>;
		/** Ends the watch of all instances, and takes the changes back. */
		dispose(): Promise<void>;
		[Symbol.asyncDispose](): Promise<void>;
	}

	/**
	 * Watches the instance of this id, which may be created later.
	 *
	 * @example
	 * await using instance = await introspectWorkflowInstance(env.ORDERS, "order-1");
	 * await instance.modify((modifier) => modifier.disableSleeps());
	 * await env.ORDERS.create({ id: "order-1" });
	 * await instance.waitForStatus("complete");
	 */
	export function introspectWorkflowInstance(workflow: Workflow<any>, instanceId: string): Promise<WorkflowInstanceIntrospector>;

	/** Watches the instances whose ids the test does not know. */
	export function introspectWorkflow(workflow: Workflow<any>): Promise<WorkflowIntrospector>;
}
