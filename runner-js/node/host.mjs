/**
 * The Node.js side of a run: global setups, and the functions of the config that Workers call. Started by `wpt-gen test`
 * where a project has either.
 *
 *     node host.mjs '{"root": …, "configFile": …, "vitest": …, "mode": …, "cache": …, "projects": [names], "control": …, "functions": [sockets]}'
 *
 * `control` is a unix socket on which it is told what to do and says what came of it, in lines of JSON: first by itself,
 * `{"projects": {name: {"provided", "options"}}}` or `{"error"}`; at the end it is asked for `{"end": true}` and says `{"errors"}`.
 */
import "./die-with-parent.mjs";
import net from "node:net";
import readline from "node:readline";
import { encode } from "./encode.mjs";
import { stackOf } from "./errors.mjs";
import { ConfigLoader, openVitest } from "./load-config.mjs";
import { poolOptions } from "./recorded-options.mjs";

const request = JSON.parse(process.argv[2]);
const control = net.connect(request.control);
const say = (message) => control.write(`${JSON.stringify(message)}\n`);
const describeError = (error) => ({ message: String(error?.message ?? error), stack: stackOf(error) });

/** Runs the global setups of the wanted projects, as Vitest does before a run; gives the error that one of them throws. */
async function setUp() {
	// What the root provides, all projects have.
	for (const project of new Set([...projects, vitest.getRootProject()])) {
		const error = await withVitestsStacks(() => project._initializeGlobalSetup());
		if (error) return error;
	}
	return undefined;
}

async function tearDown() {
	const errors = [];
	const { teardownTimeout } = vitest.getRootProject().config;
	setTimeout(() => end([...errors, { message: `close timed out after ${teardownTimeout}ms`, stack: "" }]), teardownTimeout);
	for (const project of [...new Set([...projects, vitest.getRootProject()])].reverse()) {
		const error = await withVitestsStacks(() => project._teardownGlobalSetup());
		if (error) errors.push(error);
	}
	return errors;
}

/** Vitest knows the lines of what it evaluates, and only of that. Gives the error that `run` throws. */
async function withVitestsStacks(run) {
	Error.prepareStackTrace = prepareStackTrace;
	try {
		await run();
		return undefined;
	} catch (error) {
		return describeError(error);
	} finally {
		Error.prepareStackTrace = undefined;
	}
}

/** What a project's tests are provided, and its options now that these are known. Its functions are served from here on. */
async function start(project, socket) {
	const provided = project.getProvidedContext();
	const { options } = await poolOptions(project, provided, true);
	const functions = new Map();
	const encoded = encode(options, [], [], functions);
	// Miniflare takes its time to load.
	if (functions.size > 0) await (await import("./functions.mjs")).serveFunctions(functions, socket, request.root);
	return { provided, options: encoded };
}

const loader = new ConfigLoader(request, () => {});
const { vitest, projects: all, prepareStackTrace } = await openVitest(request, loader, () => {}).catch((error) => fail(describeError(error)));
const projects = request.projects.map((name) => all.find((project) => project.name === name));
const error = await setUp();
if (error) {
	await tearDown();
	await fail(error);
}
const started = await Promise.all(projects.map((project, index) => start(project, request.functions[index]))).catch(
	async (thrown) => {
		await tearDown();
		return fail(describeError(thrown));
	},
);
say({ projects: Object.fromEntries(started.map((found, index) => [request.projects[index], found])) });
for await (const _end of readline.createInterface({ input: control })) {
	end(await tearDown());
}

/** Says what went wrong at the end, and ends the process. */
function end(errors) {
	control.end(`${JSON.stringify({ errors })}\n`, () => process.exit(0));
}

/** Says what happened, and ends the process. */
async function fail(error) {
	await new Promise((written) => control.end(`${JSON.stringify({ error })}\n`, written));
	process.exit(1);
}
