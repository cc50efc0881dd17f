/** What belongs to a Vitest: the compiler, and the run that is under way. */
import os from "node:os";
import path from "node:path";
import { describeProject, describeRun, withoutFunctions } from "../node/describe-project.mjs";
import { POOL, poolOptions } from "../node/recorded-options.mjs";
import { Compiler } from "./compiler.mjs";

const hosts = new WeakMap();

export class Host {
	/** The one of a Vitest. */
	static of(vitest) {
		if (!hosts.has(vitest)) hosts.set(vitest, new Host(vitest));
		return hosts.get(vitest);
	}

	#vitest;
	#compiler = new Compiler((event) => this.#onLog(event));
	/** The specifications of the run that begins. */
	#announced;
	/** What compiling gave, by the list of what a run invalidates, which all its workers share. */
	#runs = new WeakMap();
	/** The workers that run tests, by project. */
	workers = new Set();

	constructor(vitest) {
		this.#vitest = vitest;
		vitest.config.reporters.push({ onTestRunStart: (specifications) => void (this.#announced = specifications) });
		vitest.onClose(() => this.#compiler.close());
	}

	ask = (method, params) => this.#compiler.ask(method, params);

	/** Compiles for a run, once; the first that asks gets an error. */
	prepare(run) {
		if (!this.#runs.has(run)) this.#runs.set(run, this.#compile());
		return this.#runs.get(run);
	}

	async #compile() {
		const specifications = await this.#specifications();
		const parts = new Map();
		for (const { project, moduleId } of specifications) {
			if (project.config.pool !== POOL) continue;
			if (!parts.has(project)) parts.set(project, []);
			parts.get(project).push(moduleId);
		}
		const vitest = this.#vitest;
		const root = vitest.vite.config;
		const request = {
			root: vitest.config.root,
			configFile: root.configFile || null,
			mode: root.mode,
			vitest: path.dirname(vitest.distPath),
			color: wantsColor(),
			evaluation: {
				inputs: [],
				keep: false,
				projects: await Promise.all([...parts.keys()].map((project) => this.#describe(project))),
				...describeRun(vitest.config),
			},
			parts: [...parts].map(([{ config }, files]) => ({ files, workers: workersOf(config, vitest), isolate: config.isolate, functionSocket: null })),
		};
		return this.ask("compile", JSON.parse(JSON.stringify(request, withoutFunctions)));
	}

	/** In the order in which Vitest will run them. */
	async #specifications() {
		const announced = this.#announced;
		this.#announced = undefined;
		const vitest = this.#vitest;
		if (!announced) return vitest.state.getPaths().flatMap((file) => vitest.getModuleSpecifications(file));
		const { sequencer: Sequencer } = vitest.config.sequence;
		return new Sequencer(vitest).sort([...announced]);
	}

	async #describe(project) {
		const provided = project.getProvidedContext();
		const pool = await poolOptions(project, provided, true);
		return describeProject(project, pool, {
			configFile: project.vite.config.configFile || this.#vitest.vite.config.configFile || null,
			hasAlias: true,
			plugins: [],
			loadModule: () => {},
			note: () => {},
		});
	}

	#onLog({ project, task, isError, isReport, message }) {
		const worker = [...this.workers].find((worker) => worker.project.name === project);
		if (task && worker) worker.log({ type: isError ? "stderr" : "stdout", content: `${message}\n`, taskId: task, time: Date.now(), size: message.length + 1 });
		else if (!isReport) (isError ? process.stderr : process.stdout).write(`${message}\n`);
	}
}

/** How many files of a project run at a time. Vitest 4 decides that late, where the config does not say it. */
function workersOf({ maxWorkers }, vitest) {
	const cores = os.availableParallelism();
	return maxWorkers ?? vitest.config.maxWorkers ?? (vitest.config.watch ? Math.max(Math.floor(cores / 2), 1) : Math.max(cores - 1, 1));
}

function wantsColor() {
	const { FORCE_COLOR } = process.env;
	return FORCE_COLOR === undefined ? (process.stdout.hasColors?.() ?? false) : FORCE_COLOR !== "0";
}
