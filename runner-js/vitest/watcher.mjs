/** Watch mode: what Vitest does not look at by itself, because no test imports it. */
import path from "node:path";
import { addInput } from "./module-graph.mjs";

/** Folders that the config was made from: when something in them changes, it is made again. */
const foldersOfConfigs = new Set();

/** What `readD1Migrations` has read. */
export const noteFolder = (folder) => void foldersOfConfigs.add(path.resolve(folder));

export class Watcher {
	#vitest;
	/** Those that are listened to: a Vitest that starts again has a new one. */
	#attached = new WeakSet();
	/** By project: folders whose files all its tests are made from, and these. */
	#folders = new Map();

	constructor(vitest) {
		this.#vitest = vitest;
	}

	/** Watches what a project is made from: `imports`, `inputs` and `folders`, as the compiler gives them. */
	watch(project, { imports, inputs, folders, tests }) {
		const { watcher, config } = this.#vitest.vite;
		this.#folders.set(project, { folders, tests });
		this.#attach(watcher);
		const all = [...Object.keys(imports), ...inputs, ...folders, ...foldersOfConfigs];
		watcher.add(all.filter((file) => !isBelow(config.root, file)));
	}

	#attach(watcher) {
		if (this.#attached.has(watcher)) return;
		this.#attached.add(watcher);
		// Before Vitest looks at what has changed.
		for (const event of ["add", "change"]) watcher.prependListener(event, (file) => this.#changed(file));
		watcher.prependListener("unlink", (file) => {
			// Vitest runs nothing for what is gone.
			if (this.#changed(file)) watcher.emit("change", file);
		});
	}

	/** Whether it is in a folder that tests are made from. */
	#changed(file) {
		if ([...foldersOfConfigs].some((folder) => isBelow(folder, file))) void this.#vitest.vite.restart();
		let counts = false;
		for (const [project, { folders, tests }] of this.#folders) {
			if (!folders.some((folder) => isBelow(folder, file))) continue;
			addInput(project, file, tests);
			counts = true;
		}
		return counts;
	}
}

const isBelow = (folder, file) => file.startsWith(folder + path.sep);
