/** A worker of Vitest's pool: carries its messages to a test Worker in workerd and back. */
import { EventEmitter } from "node:events";
import { POOL } from "../node/recorded-options.mjs";
import { failFiles } from "./failed-files.mjs";
import { Session } from "./session.mjs";

export class PoolWorker extends EventEmitter {
	name = POOL;
	project;
	#host;
	#start;
	#session;
	/** The files that run now. */
	#files = [];

	constructor(project, host) {
		super();
		this.project = project;
		this.#host = host;
	}

	/** There is nothing to start before the files are known. */
	async start() {}

	async stop() {
		this.#host.workers.delete(this);
		await this.#session?.close(this.#files.length === 0);
		this.#session = undefined;
	}

	deserialize = (message) => message;

	send(message) {
		if (!message.__vitest_worker_request__) return this.#session?.send(message);
		switch (message.type) {
			case "start":
				this.#start = message;
				return this.#respond("started");
			case "stop":
				return this.#respond("stopped");
			default:
				return void this.#run(message).catch((error) => this.#fail(error));
		}
	}

	/** What a Worker without a session of its own has logged while a test ran. */
	log(log) {
		this.emit("message", { t: "q", m: "onUserConsoleLog", a: [log] });
	}

	#respond(type) {
		this.emit("message", { __vitest_worker_response__: true, type });
	}

	async #run(message) {
		this.#files = message.context.files.map(({ filepath }) => filepath);
		const { projects } = await this.#host.prepare(message.context.invalidates);
		if (!this.#session) await this.#open(projects[this.project.name]);
		this.#session.send(message);
	}

	/** Opens the session, and starts Vitest's worker in it. */
	async #open({ config, limit }) {
		this.#session = await Session.open(this.#host, this.project, this.#files, limit);
		this.#host.workers.add(this);
		const { context } = this.#start;
		this.#session.on("broken", (error) => this.#fail(error));
		const started = new Promise((resolve, reject) => {
			this.#session.on("message", (message) => {
				if (message.type === "started") return message.error ? reject(message.error) : resolve();
				if (message.type === "testfileFinished") this.#files = [];
				this.emit("message", message);
			});
		});
		this.#session.send({ ...this.#start, context: { ...context, config: { ...context.config, ...config } } });
		await started;
	}

	/** The files that run have failed, and whatever else there is goes on. */
	async #fail(error) {
		const files = this.#files;
		if (files.length === 0) return;
		for (const call of await failFiles(this.project, files, error)) this.emit("message", call);
		this.#respond("testfileFinished");
	}
}
