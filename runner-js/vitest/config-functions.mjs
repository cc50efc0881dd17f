/** Functions of the pool's options, which Workers call: served from Vitest's own process, where the config lives. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

/** As `src/runtime/folder.rs` has it: a folder of a process that is gone is removed with the next run. */
const SHARED_MEMORY = "/dev/shm";

export class ConfigFunctions {
	#folder;
	/** By project: its functions, by the options they stand in, and the server. */
	#served = new Map();

	/** Serves the functions of a project from here on; gives the path of the socket, or null if there are none. */
	async serve(project, functions) {
		const served = this.#served.get(project);
		if (served) {
			served.functions.clear();
			for (const [option, value] of functions) served.functions.set(option, value);
			return served.socket;
		}
		if (functions.size === 0) return null;
		this.#folder ??= fs.mkdtempSync(path.join(fs.existsSync(SHARED_MEMORY) ? SHARED_MEMORY : os.tmpdir(), `wpt-gen-${process.pid}-`));
		// Short, because a unix socket's path is limited to about 100 bytes.
		const socket = path.join(this.#folder, `f${this.#served.size}`);
		// Miniflare takes its time to load.
		const { serveFunctions } = await import("../node/functions.mjs");
		const server = await serveFunctions(functions, socket, project.config.root);
		server.unref();
		this.#served.set(project, { functions, socket, server });
		return socket;
	}

	close() {
		for (const { server } of this.#served.values()) {
			server.close();
			server.closeAllConnections();
		}
		this.#served.clear();
		if (this.#folder) fs.rmSync(this.#folder, { recursive: true, force: true });
		this.#folder = undefined;
	}
}
