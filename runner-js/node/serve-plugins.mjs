/**
 * Answers the compiler's questions about the Vite plugins of a project. Started by `wpt-gen` where the Vitest config has plugins
 * with a say about modules, and something is to be compiled of which it is not known what they make of it.
 *
 *     node serve-plugins.mjs '{"root": …, "configFile": …, "vitest": …, "mode": …, "cache": …, "project": name, "socket": …, "coverage": …}'
 *
 * On the unix socket it is asked in lines of JSON, `{"resolve": {"specifier", "importer"}}` or `{"module": {"id"}}`, and answers each with
 * `{"answer"}` or `{"error"}`, both with `inputs`: what was read for the first time. The first line comes by itself, when it is ready.
 */
import "./die-with-parent.mjs";
import net from "node:net";
import readline from "node:readline";
import { stripVTControlCharacters } from "node:util";
import { stackOf } from "./errors.mjs";
import { ConfigLoader, openVitest } from "./load-config.mjs";
import { PluginPipeline, isOfQuestion } from "./plugin-pipeline.mjs";
import { watchReads } from "./reads.mjs";

const request = JSON.parse(process.argv[2]);
const socket = net.connect(request.socket);
const inputs = new Set();
const told = new Set();

/** Answers, with what was read since the last answer. */
function say(message, watched = []) {
	const fresh = [...inputs, ...watched].filter((file) => !told.has(file));
	for (const file of fresh) told.add(file);
	socket.write(`${JSON.stringify({ ...message, inputs: [...new Set(fresh)].sort() })}\n`);
}

function described(error) {
	const { message, plugin, hook, place } = error ?? {};
	return { message: stripVTControlCharacters(String(message ?? error)), stack: stackOf(error?.cause ?? error), plugin, hook, place };
}

async function open() {
	const loader = new ConfigLoader(request, (file) => inputs.add(file));
	const options = request.coverage ? { coverage: request.coverage } : {};
	const { vitest, projects, users } = await openVitest({ ...request, options }, loader, (file) => inputs.add(file));
	const project = projects.find(({ name }) => name === request.project) ?? projects[0];
	const instruments = Boolean(request.coverage);
	if (instruments) await vitest.initCoverageProvider?.();
	return new PluginPipeline(project, users, { instruments });
}

watchReads(request.root, (file) => {
	if (!isOfQuestion(file)) inputs.add(file);
});
try {
	const pipeline = await open();
	say({ answer: null });
	for await (const line of readline.createInterface({ input: socket })) {
		const { resolve, module } = JSON.parse(line);
		try {
			const answer = resolve ? await pipeline.resolve(resolve.specifier, resolve.importer) : await pipeline.module(module.id);
			say({ answer }, pipeline.watched);
		} catch (error) {
			say({ error: described(error) }, pipeline.watched);
		}
	}
	process.exit(0);
} catch (error) {
	say({ error: described(error) });
	socket.end(() => process.exit(1));
}
