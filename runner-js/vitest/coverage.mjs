/** Coverage under Vitest: what isolates have collected goes to Vitest's own provider, as if a worker of Node's had. */
import path from "node:path";
import { pathToFileURL } from "node:url";
import { CompiledModules, adaptProvider, suiteReport } from "../node/coverage-provider.mjs";

export class Coverage {
	#vitest;
	#adapted;
	/** The compiled modules of projects, by name, where V8 says what of them has run. */
	#compiled = new Map();

	constructor(vitest) {
		this.#vitest = vitest;
	}

	/** How coverage is measured, if it is. */
	get options() {
		const { coverageProvider } = this.#vitest;
		if (!coverageProvider) return null;
		const { provider, include, exclude, allowExternal, ignoreClassMethods } = coverageProvider.resolveOptions();
		return { enabled: true, provider, include, exclude, allowExternal, ignoreClassMethods };
	}

	/** Takes over what compiling gave for each project. */
	async compiled(projects) {
		if (this.#vitest.coverageProvider?.name !== "v8") return;
		const { parseAstAsync } = await import(pathToFileURL(path.join(this.#vitest.distPath, "node.js")).href);
		for (const [name, { compiled }] of Object.entries(projects)) {
			this.#compiled.set(name, new CompiledModules(compiled.root, compiled.modules, parseAstAsync));
		}
		const { coverageProvider } = this.#vitest;
		if (this.#adapted === coverageProvider) return;
		this.#adapted = coverageProvider;
		adaptProvider(coverageProvider, (project) => this.#compiled.get(project));
	}

	/** The argument of Vitest's `onAfterSuiteRun`, from what an isolate says. */
	async report(report) {
		const { coverageProvider, version } = this.#vitest;
		const project = this.#vitest.getProjectByName(report.projectName);
		return suiteReport(coverageProvider, Number(version.split(".")[0]), report, project, this.#compiled.get(report.projectName));
	}
}
