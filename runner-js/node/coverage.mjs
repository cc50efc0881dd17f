/**
 * The Node.js side of coverage: what isolates have collected goes to the project's own provider, which maps it to the sources,
 * reports it, and checks thresholds. Started by `wpt-gen test` where coverage is measured.
 *
 *     node coverage.mjs '{"root": …, "configFile": …, "vitest": …, "mode": …, "cache": …, "flags": [Vitest's], "control": …}'
 *
 * `control` is a unix socket on which it is asked, in lines of JSON, and answers each question with one line:
 *
 * - `{"generate": {"projects": {name: {"root", "modules": {path: {"code", "map"}}}}, "reports": [`onAfterSuiteRun`'s], "map"}}`:
 *   `{"generated": …}`, the coverage map if `map` wants it
 * - `{"report": {"failed"}}`: `{"reported": exit code}`, after which it ends
 *
 * What goes wrong is `{"error": {"message", "stack"}}`.
 */
import "./die-with-parent.mjs";
import net from "node:net";
import path from "node:path";
import readline from "node:readline";
import { pathToFileURL } from "node:url";
import { CompiledModules, adaptProvider, suiteReport } from "./coverage-provider.mjs";
import { stackOf } from "./errors.mjs";
import { ConfigLoader, openVitest } from "./load-config.mjs";

const request = JSON.parse(process.argv[2]);
const control = net.connect(request.control);
const say = (message) => new Promise((written) => control.write(`${JSON.stringify(message)}\n`, written));

const compiled = new Map();
let coverageMap;

async function open() {
	const { parseAstAsync, parseCLI } = await import(pathToFileURL(path.join(request.vitest, "dist/node.js")).href);
	const { options } = parseCLI(["vitest", "run", ...request.flags]);
	const { vitest } = await openVitest({ ...request, options }, new ConfigLoader(request, () => {}), () => {});
	// `thresholds.autoUpdate` writes to it.
	vitest.vite.config.configFile ||= request.configFile;
	const provider = await vitest.createCoverageProvider();
	adaptProvider(provider, (project) => compiled.get(project));
	return { vitest, provider, parse: parseAstAsync };
}

const answers = {
	async generate({ projects, reports, map }) {
		const { vitest, provider, parse } = await opened;
		const major = Number(vitest.version.split(".")[0]);
		for (const [name, { root, modules }] of Object.entries(projects)) compiled.set(name, new CompiledModules(root, modules, parse));
		await provider.onTestRunStart?.([]);
		for (const report of reports) {
			const project = vitest.getProjectByName(report.projectName);
			provider.onAfterSuiteRun(await suiteReport(provider, major, report, project, compiled.get(report.projectName)));
		}
		coverageMap = await provider.generateCoverage({ allTestsRun: true });
		return { generated: map ? coverageMap : null };
	},
	async report({ failed }) {
		const { vitest, provider } = await opened;
		if (failed) await provider.onTestFailure?.();
		if (!failed || provider.resolveOptions().reportOnFailure) await provider.reportCoverage(coverageMap, { allTestsRun: true });
		await vitest.close();
		return { reported: process.exitCode ?? 0 };
	},
};

const opened = open();
// Whoever asks first gets to know.
opened.catch(() => {});
for await (const line of readline.createInterface({ input: control })) {
	const [question, told] = Object.entries(JSON.parse(line))[0];
	try {
		await say(await answers[question](told));
		if (question === "report") process.exit();
	} catch (error) {
		await say({ error: { message: String(error?.message ?? error), stack: stackOf(error) } });
		process.exit(1);
	}
}
