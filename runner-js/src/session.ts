/**
 * One host's connection: carries Vitest's worker protocol over a WebSocket, and answers inside the isolate what the
 * compiler already knows.
 */
import { parse, stringify } from "./flatted";
import type { ModuleTable } from "./module-table";
import { every, sleep } from "./prelude";
import { reportUnhandledErrors } from "./unhandled-errors";

interface Call {
	t: "q";
	m: string;
	a: unknown[];
	i?: string;
}

interface Reply {
	t: "s";
	i?: string;
	r?: unknown;
	e?: unknown;
}

export type Message = Call | Reply | { type: string };
type Listener = (message: unknown) => void;

/** What a host says about an error. */
interface ErrorReport {
	name?: string;
	message: string;
	code?: string;
	stack?: string;
}

/** How often messages from other requests' handlers are sent, in milliseconds. */
const FLUSH_INTERVAL = 20;
/** How long Vitest may wait for its last calls when all tests are done, in milliseconds. */
const LAST_CALLS_LIMIT = 1000;
/** The type of Vitest's last message. */
const FINISHED = "testfileFinished";

export class Session {
	readonly #socket: WebSocket;
	readonly #table: ModuleTable;
	readonly #listeners = new Set<Listener>();
	readonly #waiting: string[] = [];
	readonly #onCollected: () => Promise<void>;
	#runs = 0;
	#calls = 0;
	#finished = false;
	/** Whether the host has gone. */
	isClosed = false;

	/** `onCollected` runs between the collection of a file's tests and their execution. */
	constructor(socket: WebSocket, table: ModuleTable, onCollected: () => Promise<void>) {
		this.#socket = socket;
		this.#table = table;
		this.#onCollected = onCollected;
		socket.addEventListener("message", (event) => this.#receive(parse(event.data as string) as Message));
		const stop = every(FLUSH_INTERVAL, () => this.#flush());
		socket.addEventListener("close", () => {
			stop();
			this.isClosed = true;
		});
	}

	on = (listener: Listener): void => void this.#listeners.add(listener);
	off = (listener: Listener): void => void this.#listeners.delete(listener);

	/** Calls the host for ourselves. */
	call = (method: string, ...args: unknown[]): Promise<any> =>
		new Promise((resolve, reject) => {
			const id = `wpt:${++this.#calls}`;
			const listener = (message: unknown) => {
				const { t: type, i, r: result, e: error } = message as Reply;
				if (type !== "s" || i !== id) return;
				this.off(listener);
				if (error) reject(error);
				else resolve(result);
			};
			this.on(listener);
			this.post({ t: "q", m: method, a: args, i: id });
		});

	#receive(message: Message): void {
		if ("t" in message && message.t === "s" && message.e && !(message.e instanceof Error)) {
			message.e = toError(message.e as ErrorReport);
		}
		for (const listener of [...this.#listeners]) listener(message);
	}

	/** Vitest's `post`: calls that the module table can answer do not leave the isolate. */
	post = (message: Message): void => {
		if ("t" in message && message.t === "q") {
			const answer = this.#answer(message);
			if (answer) {
				void answer.then(
					(result) => (result === undefined ? this.#send(message) : this.#reply(message, { r: result })),
					(error) => this.#reply(message, { e: error }),
				);
				return;
			}
		}
		if ("type" in message && message.type === FINISHED) {
			if (this.#finished) return;
			this.#finished = true;
			reportUnhandledErrors();
		}
		this.#send(message);
	};

	/**
	 * To be called when all tests have run. Vitest then waits for its calls, but one that a handler made for itself (an
	 * `import()`, for example) is never answered if its request ended meanwhile.
	 */
	finish(): void {
		const run = ++this.#runs;
		this.#finished = false;
		void sleep(LAST_CALLS_LIMIT).then(() => {
			if (run === this.#runs) this.post({ type: FINISHED });
		});
	}

	#reply(call: Call, outcome: { r?: unknown; e?: unknown }): void {
		this.#receive({ t: "s", i: call.i, ...outcome });
	}

	#answer({ m: method, a: args }: Call): Promise<unknown> | undefined {
		switch (method) {
			case "fetch":
				return this.#table.fetch(args[0] as string, args[1] as string | undefined);
			case "resolve":
				return Promise.resolve(this.#table.resolve(args[0] as string, args[1] as string | undefined) ?? null);
			// Everything is "warm" already.
			case "fetchWarmModules":
				return Promise.resolve(null);
			case "onCollected":
				return this.#onCollected().then(() => undefined);
			default:
				return undefined;
		}
	}

	#send(message: Message): void {
		const text = stringify(message);
		try {
			this.#flush();
			this.#socket.send(text);
		} catch {
			// workerd ties a socket to the request that opened it; this call came from another one's handler.
			this.#waiting.push(text);
		}
	}

	#flush(): void {
		while (this.#waiting.length > 0) {
			this.#socket.send(this.#waiting[0]);
			this.#waiting.shift();
		}
	}
}

/** The stack is the host's, if it has one: where the reply arrived says nothing. */
function toError({ name = "Error", message, stack, ...properties }: ErrorReport): Error {
	const error = Object.assign(new Error(message), properties);
	Object.defineProperty(error, "name", { value: name, writable: true, configurable: true });
	error.stack = stack ?? `${name}: ${message}`;
	return error;
}
