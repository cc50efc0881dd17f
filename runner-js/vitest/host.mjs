/** What belongs to a Vitest: the compiler, and the run that is under way. */
import os from "node:os";
import path from "node:path";
import { describeProject, describeRun, withoutFunctions } from "../node/describe-project.mjs";
import { POOL, poolOptions, recordedBy } from "../node/recorded-options.mjs";
import { testEnvironment } from "../node/user-plugins.mjs";
import { Compiler } from "./compiler.mjs";
import { ConfigFunctions } from "./config-functions.mjs";
import { Coverage } from "./coverage.mjs";
import { tellModuleGraph } from "./module-graph.mjs";
import { Watcher } from "./watcher.mjs";

const hosts = new WeakMap();

export class Host {
	/** The one of a Vitest. */
	static of(vitest) {
		if (!hosts.has(vitest)) hosts.set(vitest, new Host(vitest));
		return hosts.get(vitest);
	}

	/** The workers that have a session. */
	workers = new Set();
	#vitest;
	#compiler = new Compiler((event) => this.#log(event));
	#functions = new ConfigFunctions();
	#watcher;
	/** The specifications of the run that begins. */
	#announced;
	#reporter = { onTestRunStart: (specifications) => void (this.#announced = specifications) };
	/** What compiling gave, by the list of what a run invalidates, which all its workers share. */
	#runs = new WeakMap();
	#warnings = "";

	/** Of Vitest's runs. */
	coverage;

	constructor(vitest) {
		this.#vitest = vitest;
		this.#watcher = new Watcher(vitest);
		this.coverage = new Coverage(vitest);
		vitest.onClose(() => Promise.all([this.#compiler.close(), this.#functions.close()]));
	}

	/** Listens to a Vitest that starts, or starts again. */
	attach() {
		const { reporters } = this.#vitest.config;
		if (!reporters.includes(this.#reporter)) reporters.push(this.#reporter);
	}

	/** Asks the compiler: see `src/cli/serve_pool/protocol.rs`. */
	ask = (method, params) => this.#compiler.ask(method, params);

	/** Compiles for a run, once. */
	prepare(run) {
		if (!this.#runs.has(run)) this.#runs.set(run, this.#compile());
		return this.#runs.get(run);
	}

	async #compile() {
		const parts = new Map();
		for (const { project, moduleId } of await this.#specifications()) {
			if (project.config.pool !== POOL) continue;
			if (!parts.has(project)) parts.set(project, []);
			parts.get(project).push(moduleId);
		}
		const described = await Promise.all([...parts.keys()].map((project) => this.#describe(project)));
		const { config, vite, distPath } = this.#vitest;
		const request = {
			root: config.root,
			configFile: vite.config.configFile || null,
			mode: vite.config.mode,
			vitest: path.dirname(distPath),
			color: wantsColor(),
			coverage: this.coverage.options,
			evaluation: { inputs: vite.config.configFileDependencies, keep: false, projects: described.map(({ evaluated }) => evaluated), ...describeRun(config) },
			parts: [...parts].map(([project, files], index) => ({
				files,
				workers: this.#workersOf(project.config),
				isolate: project.config.isolate,
				functionSocket: described[index].functionSocket,
			})),
		};
		const compiled = await this.ask("compile", JSON.parse(JSON.stringify(request, withoutFunctions)));
		this.#warn(compiled.warnings);
		for (const project of parts.keys()) {
			tellModuleGraph(project, compiled.projects[project.name]);
			if (config.watch) this.#watcher.watch(project, compiled.projects[project.name]);
		}
		await this.coverage.compiled(compiled.projects);
		return compiled;
	}

	/** In the order in which Vitest will run them. */
	async #specifications() {
		const announced = this.#announced;
		this.#announced = undefined;
		const vitest = this.#vitest;
		// Nobody announces a run that only collects tests.
		if (!announced) return vitest.state.getPaths().flatMap((file) => vitest.getModuleSpecifications(file));
		const { sequencer: Sequencer } = vitest.config.sequence;
		return new Sequencer(vitest).sort([...announced]);
	}

	/** What the compiler has to know of a project, and where functions of its options are served. */
	async #describe(project) {
		const provided = project.getProvidedContext();
		const { users, hasAlias = true } = recordedBy(project) ?? {};
		const functions = new Map();
		const evaluated = await describeProject(project, await poolOptions(project, provided, true), {
			configFile: project.vite.config.configFile || this.#vitest.vite.config.configFile || null,
			hasAlias,
			userPlugins: users?.describe(testEnvironment(project)) ?? [],
			functions,
			loadModule: (file) => this.#load(file, project),
			note: () => {},
		});
		const functionSocket = await this.#functions.serve(project, functions);
		return { evaluated: { ...evaluated, provide: provided }, functionSocket };
	}

	/** Loads a module that the options name: a `cloudflare.config.ts`. */
	async #load(file, { config, vite }) {
		const { ConfigLoader } = await import("../node/load-config.mjs");
		const cache = path.join(config.root, "node_modules/.cache/wpt-gen");
		return new ConfigLoader({ root: config.root, cache, mode: vite.config.mode }, () => {}).loadModule(file);
	}

	/** How many files of a project run at a time. Vitest 4 decides that late, where the config does not say it. */
	#workersOf({ maxWorkers }) {
		const { config } = this.#vitest;
		const cores = os.availableParallelism();
		return maxWorkers ?? config.maxWorkers ?? Math.max(config.watch ? Math.floor(cores / 2) : cores - 1, 1);
	}

	/** Watch mode does not say the same again. */
	#warn(warnings) {
		const text = warnings.join("\n");
		if (text !== "" && text !== this.#warnings) process.stderr.write(`${text}\n`);
		this.#warnings = text;
	}

	/** workerd's own log: what auxiliary Workers write belongs to a test; what nobody says which test caused is shown as it is. */
	#log({ project, task, isError, isReport, message }) {
		const worker = [...this.workers].find((worker) => worker.project.name === project);
		const content = `${message}\n`;
		if (task && worker) worker.log({ type: isError ? "stderr" : "stdout", content, taskId: task, time: Date.now(), size: content.length });
		else if (!isReport) (isError ? process.stderr : process.stdout).write(content);
	}
}

function wantsColor() {
	const { FORCE_COLOR } = process.env;
	return FORCE_COLOR === undefined ? (process.stdout.hasColors?.() ?? false) : FORCE_COLOR !== "0";
}
