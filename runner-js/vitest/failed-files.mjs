/** What Vitest's worker would say of a test file that did not get to its end. */
import path from "node:path";
import { pathToFileURL } from "node:url";
import { POOL } from "../node/recorded-options.mjs";

/** Calls of Vitest's worker protocol that make test files of a project fail with an error. */
export async function failFiles(project, files, error) {
	const { vitest } = project;
	const { generateFileHash } = await import(pathToFileURL(path.join(vitest.distPath, "node.js")).href);
	const { name = "Error", message = String(error) } = error;
	// Where an error of ours was made says nothing to the user.
	const stack = error instanceof Error ? `${name}: ${message}` : error.stack;
	const result = { state: "fail", errors: [{ name, message, stack }], startTime: Date.now(), duration: 0 };
	return files.flatMap((filepath) => {
		const relative = path.relative(project.config.root, filepath);
		const id = generateFileHash(relative, project.config.name);
		const known = vitest.state.getFiles([filepath]).find((file) => file.id === id);
		const wasCollected = known && !known.local;
		const update = call("onTaskUpdate", [[id, { ...known?.result, ...result }, known?.meta ?? {}]], [[id, wasCollected ? "suite-finished" : "suite-failed-early", undefined]]);
		if (wasCollected) return [update];
		const file = { id, name: relative, fullName: relative, type: "suite", mode: "run", filepath, tasks: [], meta: {}, projectName: project.config.name, pool: POOL, result };
		file.file = file;
		return [call("onQueued", file), call("onCollected", [file]), update];
	});
}

const call = (name, ...args) => ({ t: "q", m: name, a: args });
