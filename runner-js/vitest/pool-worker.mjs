/** A worker of Vitest's pool: carries its messages to a test Worker in workerd and back. */
import { EventEmitter } from "node:events";
import { parse, stringify } from "flatted";
import { WebSocket } from "ws";
import { POOL } from "../node/recorded-options.mjs";

export class PoolWorker extends EventEmitter {
	name = POOL;
	project;
	#host;
	#start;
	#socket;
	#session;

	constructor(project, host) {
		super();
		this.project = project;
		this.#host = host;
	}

	/** There is nothing to start before the files are known. */
	async start() {}

	async stop() {
		await this.#close(true);
	}

	deserialize = (message) => message;

	send(message) {
		if (!message.__vitest_worker_request__) return this.#socket?.send(write(message));
		switch (message.type) {
			case "start":
				this.#start = message;
				return this.#respond("started");
			case "stop":
				return this.#respond("stopped");
			default:
				return void this.#run(message).catch((error) => this.emit("error", error));
		}
	}

	/** What a Worker without a session of its own has logged while a test ran. */
	log(log) {
		this.emit("message", { t: "q", m: "onUserConsoleLog", a: [log] });
	}

	#respond(type, more) {
		this.emit("message", { __vitest_worker_response__: true, type, ...more });
	}

	async #run(message) {
		const { files, invalidates } = message.context;
		const { projects } = await this.#host.prepare(invalidates);
		if (!this.#socket) await this.#open(files, projects[this.project.name]);
		this.#socket.send(write(message));
	}

	/** Opens the session, and starts Vitest's worker in it. */
	async #open(files, { config }) {
		const { session, socket: path, headers } = await this.#host.ask("open", {
			project: this.project.name,
			files: files.map(({ filepath }) => filepath),
		});
		this.#session = session;
		const socket = new WebSocket(`ws+unix:${path}:/`, { headers, perMessageDeflate: false, maxPayload: 0 });
		await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
		this.#socket = socket;
		this.#host.workers.add(this);
		const started = new Promise((resolve, reject) => {
			let received = Promise.resolve();
			socket.on("message", (data) => {
				const message = parse(String(data));
				if (message.type === "started") return message.error ? reject(message.error) : resolve();
				received = received.then(() => this.#receive(message)).catch((error) => this.emit("error", error));
			});
		});
		socket.on("error", () => {});
		const { context } = this.#start;
		socket.send(write({ ...this.#start, context: { ...context, config: { ...context.config, ...config } } }));
		await started;
	}

	async #receive(message) {
		if (message.t === "q" && message.m.startsWith("wpt")) return this.#answer(message);
		if (message.type === "testfileFinished") await this.#host.ask("finish", { session: this.#session });
		this.emit("message", message);
	}

	/** A call of the runner's own. */
	async #answer({ i, m: name, a: args }) {
		const answer = await this.#host.ask("call", { session: this.#session, name, arguments: args }).then(
			(r) => ({ r }),
			(e) => ({ e }),
		);
		this.#socket?.send(write({ t: "s", i, ...answer }));
	}

	async #close(finished) {
		const socket = this.#socket;
		if (!socket) return;
		this.#socket = undefined;
		this.#host.workers.delete(this);
		socket.terminate();
		await this.#host.ask("close", { session: this.#session, finished });
	}
}

/** A message for the runner (`runner-js/src/flatted.ts`), which is data. */
function write(message) {
	return stringify(message, (_key, value) => {
		if (value instanceof RegExp) return { $wptRegExp: value.source, flags: value.flags };
		if (value instanceof Error) return { name: value.name, message: value.message, stack: value.stack, ...value };
		return value;
	});
}
