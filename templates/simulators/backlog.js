// What waits in the queues: Miniflare's brokers keep it to themselves, and in memory. It is noted here, where tests have
// storage of their own, so that it can be put back.
import { Buffer } from "node:buffer";
import { onFrames, touch } from "objects.js";

/** By broker: the queue's name, and what was sent to it and is not done. */
const backlogs = new Map();

const valueOf = (contentType, bytes) => {
	switch (contentType) {
		case "text":
			return `text:${bytes}`;
		case "json":
			return `json:${JSON.stringify(JSON.parse(bytes.toString()))}`;
		default:
			return `${contentType}:${bytes.toString("base64")}`;
	}
};

/** What a consumer's message may have been sent as. */
function valuesOf({ body, serializedBody }) {
	if (serializedBody) return [valueOf("v8", Buffer.from(serializedBody))];
	if (body instanceof ArrayBuffer) return [valueOf("bytes", Buffer.from(body))];
	return [`text:${body}`, `json:${JSON.stringify(body)}`];
}

/** The messages that a request to a broker sends. */
async function sentBy(request) {
	const delay = request.headers.get("X-Msg-Delay-Secs") ?? undefined;
	const { pathname } = new URL(request.url);
	if (pathname === "/batch") {
		const { messages } = await request.json();
		return messages.map(({ contentType = "v8", body, delaySecs = delay }) => ({ contentType, bytes: Buffer.from(body, "base64"), delay: delaySecs }));
	}
	if (pathname !== "/message") return [];
	return [{ contentType: request.headers.get("X-Msg-Fmt") ?? "v8", bytes: Buffer.from(await request.arrayBuffer()), delay }];
}

export class Backlog {
	#id;
	#maxAttempts;

	constructor(id, consumer) {
		this.#id = id;
		this.#maxAttempts = (consumer?.maxRetries ?? 2) + 1;
	}

	get #entries() {
		return backlogs.get(this.#id.toString())?.entries ?? [];
	}

	set #entries(entries) {
		const name = backlogs.get(this.#id.toString())?.name;
		backlogs.set(this.#id.toString(), { name, entries });
	}

	/** Notes what `request` sends; what it gets says whether the broker took it. */
	async note(request, handle) {
		const { name } = request.cf.miniflare;
		const entries = (await sentBy(request.clone())).map(({ contentType, bytes, delay = 0 }) => ({
			message: { contentType, body: bytes.toString("base64") },
			value: valueOf(contentType, bytes),
			due: Date.now() + Number(delay) * 1000,
		}));
		backlogs.set(this.#id.toString(), { name, entries: [...this.#entries, ...entries] });
		const response = await handle();
		if (!response.ok) this.#entries = this.#entries.filter((entry) => !entries.includes(entry));
		return response;
	}

	/** The same consumer; what it is done with is gone. */
	watch(consumer) {
		return {
			queue: async (queue, messages, metadata) => {
				touch(this.#id);
				const result = await consumer.queue(queue, messages, metadata);
				const isRetried = ({ id, attempts }) =>
					attempts < this.#maxAttempts &&
					(result.outcome !== "ok" || result.retryBatch.retry || result.retryMessages?.some(({ msgId }) => msgId === id));
				for (const message of messages) if (!isRetried(message)) this.#drop(valuesOf(message));
				return result;
			},
		};
	}

	#drop(values) {
		const index = this.#entries.findIndex(({ value }) => values.includes(value));
		this.#entries = this.#entries.filter((_, other) => other !== index);
	}
}

onFrames({
	className: "QueueBrokerObject",
	save: () => new Map(backlogs),
	forget: (id) => backlogs.delete(id),
	/** Sends what waited to a broker that has ended. */
	async putBack(id, stub, saved) {
		const backlog = saved.get(id);
		backlogs.delete(id);
		if (!backlog || backlog.entries.length === 0) return;
		const messages = backlog.entries.map(({ message, due }) => ({ ...message, delaySecs: Math.max(0, Math.ceil((due - Date.now()) / 1000)) }));
		await stub.fetch("http://wpt/batch", { method: "POST", body: JSON.stringify({ messages }), cf: { miniflare: { name: backlog.name } } });
	},
});
