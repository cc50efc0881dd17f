/**
 * wpt-gen holds the other end of stdin: when it is gone, so are we, even if the config never gives control back, and so is
 * what we have started, where we lead a process group.
 */
import { Worker } from "node:worker_threads";

new Worker(
	`const { Socket } = require("node:net");
	new Socket({ fd: 0, writable: false }).resume().on("close", () => {
		try {
			process.kill(-process.pid, "SIGKILL");
		} catch {
			process.kill(process.pid, "SIGKILL");
		}
	});`,
	{ eval: true },
).unref();
