/** Calling handlers directly. */
declare module "cloudflare:test" {
	/** A `ctx` for a handler, whose `waitUntil` work can be awaited. */
	export function createExecutionContext(): ExecutionContext;

	/**
	 * Waits for everything that was given to `ctx.waitUntil()`, and rejects with what that work throws. Takes what
	 * `createExecutionContext()` and `createPagesEventContext()` give.
	 */
	export function waitOnExecutionContext(ctx: ExecutionContext | EventContext<any, string, any>): Promise<void>;

	export interface ScheduledControllerOptions {
		/** Now, if not given. */
		scheduledTime?: Date | number;
		/** Empty, if not given. */
		cron?: string;
	}

	/** The first argument of a `scheduled` handler. */
	export function createScheduledController(options?: ScheduledControllerOptions): ScheduledController;

	export type MessageBatchMessage<Body = unknown> = {
		id: string;
		timestamp: Date | number;
		/** How often the message has been delivered, this time included. */
		attempts: number;
		body: Body;
	};

	/** The first argument of a `queue` handler. */
	export function createMessageBatch<Body = unknown>(
		queueName: string,
		messages: MessageBatchMessage<Body>[],
	): MessageBatch<Body>;

	/** What a `queue` handler decided about a batch. */
	export interface QueueResult {
		outcome: string;
		ackAll: boolean;
		retryBatch: { retry: boolean; delaySeconds?: number };
		/** Ids of messages that were acknowledged one by one. */
		explicitAcks: string[];
		retryMessages: { msgId: string; delaySeconds?: number }[];
	}

	/**
	 * Waits for what the handler gave to `ctx.waitUntil()`, and says what it decided. Takes a batch of
	 * `createMessageBatch()` and a context of `createExecutionContext()`.
	 */
	export function getQueueResult(batch: MessageBatch<any>, ctx: ExecutionContext): Promise<QueueResult>;
}
