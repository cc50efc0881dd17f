/**
 * What the compiler knows of imports, told to Vite's module graph: from there Vitest knows which tests a change is about, and that a file of a
 * stack is one of the project's sources. It is the graph of the environment `client`, in which no test of ours runs: that of `ssr` holds what Vite
 * has compiled itself, for coverage for example.
 */

/** What was told of a project: by module, those that it imports. */
const told = new WeakMap();

/**
 * @param project a Vitest project
 * @param imports by file (absolute), the files that it imports
 * @param tests all test files
 * @param inputs other files that all of them are made from
 */
export function tellModuleGraph(project, { imports, tests, inputs }) {
	const { moduleGraph } = project.vite.environments.client;
	for (const [importer, imported] of told.get(project) ?? []) {
		for (const node of imported) {
			node.importers.delete(importer);
			importer.importedModules.delete(node);
		}
	}
	const edges = new Map();
	for (const [file, targets] of Object.entries(imports)) {
		const importer = nodeOf(moduleGraph, file);
		// That it is there is all that is asked.
		importer.transformResult = { code: " ", map: null };
		edges.set(importer, new Set(targets.map((target) => nodeOf(moduleGraph, target))));
	}
	told.set(project, edges);
	for (const [importer, imported] of edges) for (const node of imported) connect(importer, node);
	for (const file of inputs) addInput(project, file, tests);
}

/** Makes a file one that all `tests` are made from. */
export function addInput(project, file, tests) {
	const { moduleGraph } = project.vite.environments.client;
	const input = nodeOf(moduleGraph, file);
	for (const test of tests) {
		const importer = nodeOf(moduleGraph, test);
		const edges = told.get(project);
		if (!edges.has(importer)) edges.set(importer, new Set());
		edges.get(importer).add(input);
		connect(importer, input);
	}
}

function connect(importer, imported) {
	imported.importers.add(importer);
	importer.importedModules.add(imported);
}

function nodeOf(moduleGraph, file) {
	const known = moduleGraph.getModuleById(file);
	if (known) return known;
	const node = moduleGraph.createFileOnlyEntry(file);
	node.id = file;
	moduleGraph.idToModuleMap.set(file, node);
	return node;
}
