/** The Rust side of the pool, `wpt-gen serve-pool`: asked in lines of JSON, and ended with this process, however that ends. */
import { spawn } from "node:child_process";
import readline from "node:readline";
import { findBinary } from "./binary.mjs";

export class Compiler {
	#child;
	#waiting = new Map();
	#asked = 0;
	#onEvent;

	/** @param onEvent called with what it says unasked */
	constructor(onEvent) {
		this.#onEvent = onEvent;
	}

	/** Asks for something; the process is started with the first question. */
	ask(method, params) {
		const child = (this.#child ??= this.#start());
		const id = ++this.#asked;
		return new Promise((resolve, reject) => {
			this.#waiting.set(id, { resolve, reject });
			// Who waits for an answer keeps this process alive, and nobody else.
			for (const part of [child, child.stdout]) part.ref();
			child.stdin.write(`${JSON.stringify({ id, method, params })}\n`);
		});
	}

	/** Ends the process, and waits until it has ended what it has started. */
	async close() {
		const child = this.#child;
		this.#child = undefined;
		if (!child || child.exitCode !== null || child.signalCode !== null) return;
		child.ref();
		await new Promise((resolve) => {
			child.once("exit", resolve);
			child.stdin.end();
		});
	}

	#start() {
		const binary = findBinary();
		// `__child` asks the kernel to end it with this process.
		const child = spawn(binary, ["__child", String(process.pid), binary, "serve-pool"], {
			stdio: ["pipe", "pipe", "inherit"],
			// Ctrl-C in a terminal is for Vitest to handle.
			detached: true,
		});
		for (const part of [child, child.stdin, child.stdout]) part.unref();
		child.stdin.on("error", () => {});
		child.once("error", (error) => this.#end(child, `cannot start ${binary}: ${error.message}`));
		child.once("exit", (code, signal) => this.#end(child, `wpt-gen ended by itself (${signal ?? `exit code ${code}`})`));
		readline.createInterface({ input: child.stdout }).on("line", (line) => this.#hear(JSON.parse(line)));
		return child;
	}

	#hear(message) {
		if (message.event) return this.#onEvent(message);
		const waiting = this.#waiting.get(message.id);
		this.#waiting.delete(message.id);
		if (this.#waiting.size === 0 && this.#child) for (const part of [this.#child, this.#child.stdout]) part.unref();
		if (message.error === undefined) waiting.resolve(message.result);
		else waiting.reject(new Error(message.error));
	}

	#end(child, reason) {
		if (this.#child === child) this.#child = undefined;
		for (const { reject } of this.#waiting.values()) reject(new Error(reason));
		this.#waiting.clear();
	}
}
