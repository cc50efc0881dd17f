/** One session with a test Worker: a WebSocket that carries Vitest's worker protocol, as `runner-js/src/session.ts` speaks it. */
import { EventEmitter, once } from "node:events";
import { parse, stringify } from "flatted";
import { WebSocket } from "ws";

/** How often a silent isolate is asked whether it is alive, in milliseconds. */
const HEARTBEAT = 200;

export class Session extends EventEmitter {
	#host;
	#project;
	#id;
	#socket;
	#limit;
	#received = Promise.resolve();

	/**
	 * Emits `message`, and `broken` when it can do no more.
	 *
	 * @param files absolute paths of test files
	 * @param limit for how many milliseconds the isolate may be deaf; null is for ever
	 */
	static async open(host, project, files, limit) {
		const { session, socket: path, headers } = await host.ask("open", { project: project.name, files });
		const socket = new WebSocket(`ws+unix:${path}:/`, { headers, perMessageDeflate: false, maxPayload: 0 });
		await once(socket, "open");
		return new Session(host, project, session, socket, limit);
	}

	constructor(host, project, id, socket, limit) {
		super();
		this.#host = host;
		this.#project = project;
		this.#id = id;
		this.#socket = socket;
		this.#limit = limit ?? Infinity;
		socket.on("message", (data) => {
			this.#received = this.#received.then(() => this.#receive(String(data))).catch(() => this.#break());
		});
		socket.on("error", () => {});
		socket.on("close", () => this.#break());
		this.#watch();
	}

	send(message) {
		this.#socket?.send(write(message));
	}

	/** @param finished whether its files have run to their end */
	async close(finished) {
		const socket = this.#socket;
		if (!socket) return;
		this.#socket = undefined;
		socket.terminate();
		await this.#host.ask("close", { session: this.#id, finished });
	}

	async #receive(text) {
		const holders = new Set();
		const message = parse(text, function (key, value) {
			if (key === "stack" && typeof value === "string") holders.add(this);
			return value;
		});
		if (message.t === "q" && message.m.startsWith("wpt")) return this.#answer(message);
		if (message.m === "onCollected") void this.#host.ask("limit", { message: text }).then((limit) => (this.#limit = Math.max(this.#limit, limit ?? Infinity)));
		if (message.m === "onAfterSuiteRun") message.a = [await this.#host.coverage.report(message.a[0])];
		if (holders.size > 0) await this.#mapStacks([...holders]);
		if (message.m === "onCollected") await this.#mapLocations(message.a[0]);
		// What was logged meanwhile is told first.
		if (message.type === "testfileFinished") await this.#host.ask("finish", { session: this.#id });
		this.emit("message", message);
	}

	/** Stacks come with places in compiled modules. */
	async #mapStacks(holders) {
		const stacks = await this.#host.ask("map", { project: this.#project.name, stacks: holders.map(({ stack }) => stack) });
		holders.forEach((holder, index) => (holder.stack = stacks[index]));
	}

	/** So does where tests are declared, if the config asks for that. */
	async #mapLocations(files) {
		const places = files.flatMap((file) => located(file).map(({ location }) => ({ location, file: file.filepath })));
		if (places.length === 0) return;
		const lines = places.map(({ location, file }) => `    at ${file}:${location.line}:${location.column}`);
		const stacks = await this.#host.ask("map", { project: this.#project.name, stacks: lines });
		stacks.forEach((line, index) => {
			const [, row, column] = /:(\d+):(\d+)\)?$/.exec(line) ?? [];
			if (row) Object.assign(places[index].location, { line: Number(row), column: Number(column) });
		});
	}

	/** A call of the runner's own. */
	async #answer({ i, m: name, a: args }) {
		const answer = await this.#host.ask("call", { session: this.#id, name, arguments: args }).then(
			(r) => ({ r }),
			(e) => ({ e }),
		);
		this.send({ t: "s", i, ...answer });
	}

	/** workerd answers pings by itself, on the thread that runs the tests. */
	#watch() {
		const socket = this.#socket;
		// Counted, and not measured: this thread may be busy too.
		let silence = 0;
		const hear = () => void (silence = 0);
		socket.on("pong", hear).on("message", hear);
		const timer = setInterval(() => {
			if (silence > this.#limit) return void this.#break(this.#limit);
			silence += HEARTBEAT;
			if (socket.readyState === WebSocket.OPEN) socket.ping();
		}, HEARTBEAT);
		socket.on("close", () => clearInterval(timer));
	}

	/** @param blocked for how many milliseconds the isolate has been deaf, if it was for too long */
	async #break(blocked) {
		const socket = this.#socket;
		if (!socket) return;
		this.#socket = undefined;
		const reason = await this.#host.ask("fail", { session: this.#id, blocked }).catch((error) => error.message);
		socket.terminate();
		this.emit("broken", new Error(reason));
	}
}

/** A message for `runner-js/src/flatted.ts`, which is data. */
function write(message) {
	return stringify(message, (_key, value) => {
		if (value instanceof RegExp) return { $wptRegExp: value.source, flags: value.flags };
		if (value instanceof Error) return { ...value, name: value.name, message: value.message, stack: value.stack };
		return value;
	});
}

/** The suites and tests below a task that say where they are declared. */
function located({ tasks = [] }) {
	return tasks.flatMap((task) => [...(task.location ? [task] : []), ...located(task)]);
}
