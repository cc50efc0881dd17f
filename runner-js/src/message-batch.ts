/** Batches of queue messages for calling a Worker's `queue` handler directly, and what the handler decided about them. */
import { isExecutionContext, waitOnExecutionContext } from "./events";

interface MessageInit {
	id: unknown;
	timestamp: unknown;
	attempts: unknown;
	body: unknown;
}

interface RetryOptions {
	delaySeconds?: number;
}

/** A decision to deliver again, with its delay where the handler gave one. */
interface Retry {
	delaySeconds?: number;
}

/** What a handler decided about a whole batch. */
interface BatchDecision {
	ackAll: boolean;
	retryAll?: Retry;
}

interface MessageDecision {
	ack: boolean;
	retry?: Retry;
}

export interface QueueResult {
	outcome: "ok";
	ackAll: boolean;
	retryBatch: { retry: boolean; delaySeconds?: number };
	explicitAcks: string[];
	retryMessages: { msgId: string; delaySeconds?: number }[];
}

const CONSTRUCT = Symbol("construct");

const decisions = new WeakMap<object, MessageDecision>();
const batches = new WeakMap<object, BatchDecision>();

function decisionOf<D>(made: WeakMap<object, D>, target: object): D {
	const decision = made.get(target);
	if (!decision) throw new TypeError("Illegal invocation");
	return decision;
}

/** Own properties that cannot be set; test suites compare and print them. */
function define(target: object, values: Record<string, unknown>): void {
	for (const [name, value] of Object.entries(values)) {
		Object.defineProperty(target, name, { get: () => value, enumerable: true, configurable: true });
	}
}

/** A call that is not the first about its message or batch, and that contradicts it. */
function warnContradiction(call: string, target: string, before: string): void {
	console.warn(
		`Received a call to ${call}() on ${target} after ${before}() was already called. Calling ${call}() on a message after calling ${before}() has no effect.`,
	);
}

/** A later delay takes the place of an earlier one. */
function retryOf(before: Retry | undefined, options: RetryOptions | undefined): Retry {
	const delaySeconds = options?.delaySeconds ?? before?.delaySeconds;
	return delaySeconds === undefined ? {} : { delaySeconds };
}

function timestampOf(value: unknown): Date {
	if (typeof value === "number") return new Date(value);
	if (value instanceof Date) return new Date(value.getTime());
	throw wrongField("timestamp", "date");
}

function wrongField(field: string, type: string): TypeError {
	return new TypeError(
		`Incorrect type for the '${field}' field on 'ServiceBindingQueueMessage': the provided value is not of type '${type}'.`,
	);
}

class QueueMessage {
	declare readonly id: string;
	readonly #batch: BatchDecision;

	constructor(token: symbol, batch: BatchDecision, init: MessageInit) {
		if (token !== CONSTRUCT) throw new TypeError("Illegal constructor");
		this.#batch = batch;
		const id = String(init.id);
		const timestamp = timestampOf(init.timestamp);
		if (typeof init.attempts !== "number") throw wrongField("attempts", "number");
		if ("serializedBody" in init) throw new TypeError("Cannot use `serializedBody` with `createMessageBatch()`");
		define(this, { id, timestamp, body: structuredClone(init.body), attempts: init.attempts });
		decisions.set(this, { ack: false });
	}

	retry(options?: RetryOptions): void {
		const decision = decisionOf(decisions, this);
		if (this.#batch.retryAll) return;
		if (this.#batch.ackAll) return warnContradiction("retry", `message ${this.id}`, "ackAll");
		if (decision.ack) return warnContradiction("retry", `message ${this.id}`, "ack");
		decision.retry = retryOf(decision.retry, options);
	}

	ack(): void {
		const decision = decisionOf(decisions, this);
		if (this.#batch.ackAll) return;
		if (this.#batch.retryAll) return warnContradiction("ack", `message ${this.id}`, "retryAll");
		if (decision.retry) return warnContradiction("ack", `message ${this.id}`, "retry");
		decision.ack = true;
	}
}

class QueueController {
	declare readonly messages: QueueMessage[];

	constructor(token: symbol, queue: unknown, messages: MessageInit[]) {
		if (token !== CONSTRUCT) throw new TypeError("Illegal constructor");
		const decision: BatchDecision = { ackAll: false };
		const metrics = { backlogCount: 0, backlogBytes: 0, oldestMessageTimestamp: new Date(0) };
		define(this, {
			queue: String(queue),
			messages: messages.map((message) => new QueueMessage(CONSTRUCT, decision, message)),
			metadata: { metrics },
		});
		batches.set(this, decision);
	}

	retryAll(options?: RetryOptions): void {
		const decision = decisionOf(batches, this);
		if (decision.ackAll) {
			console.warn("Received a call to retryAll() after ackAll() was already called. Calling retryAll() after calling ackAll() has no effect.");
			return;
		}
		decision.retryAll = retryOf(decision.retryAll, options);
	}

	ackAll(): void {
		const decision = decisionOf(batches, this);
		if (decision.retryAll) {
			console.warn("Received a call to ackAll() after retryAll() was already called. Calling ackAll() after calling retryAll() has no effect.");
			return;
		}
		decision.ackAll = true;
	}
}

/** A batch for the first argument of a `queue` handler. */
export function createMessageBatch(...args: [queue?: unknown, messages?: unknown]): QueueController {
	if (args.length === 0) throw new TypeError("Failed to execute 'createMessageBatch': parameter 1 is not of type 'string'.");
	const [queue, messages] = args;
	if (!Array.isArray(messages)) {
		throw new TypeError("Failed to execute 'createMessageBatch': parameter 2 is not of type 'Array'.");
	}
	return new QueueController(CONSTRUCT, queue, messages);
}

/** What a handler decided about a batch, after everything that it gave to `ctx.waitUntil`. */
export async function getQueueResult(batch: unknown, context: unknown): Promise<QueueResult> {
	if (!(batch instanceof QueueController)) {
		throw new TypeError(
			"Failed to execute 'getQueueResult': parameter 1 is not of type 'MessageBatch'.\nYou must call 'createMessageBatch()' to get a 'MessageBatch' instance.",
		);
	}
	if (!isExecutionContext(context)) {
		throw new TypeError(
			"Failed to execute 'getQueueResult': parameter 2 is not of type 'ExecutionContext'.\nYou must call 'createExecutionContext()' to get an 'ExecutionContext' instance.",
		);
	}
	await waitOnExecutionContext(context);
	const { ackAll, retryAll } = decisionOf(batches, batch);
	const result: QueueResult = {
		outcome: "ok",
		retryBatch: { retry: retryAll !== undefined, ...retryAll },
		ackAll,
		retryMessages: [],
		explicitAcks: [],
	};
	for (const message of batch.messages) {
		const { ack, retry } = decisionOf(decisions, message);
		if (retry) result.retryMessages.push({ msgId: message.id, ...retry });
		if (ack) result.explicitAcks.push(message.id);
	}
	return result;
}
