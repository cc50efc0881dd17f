/**
 * What the compiler knows of imports, told to Vite's module graph: from there Vitest knows which tests a change is about, and that a file of a
 * stack is one of the project's sources.
 */
import path from "node:path";

/** The files that were told of a project, and by whom they were imported. */
const told = new WeakMap();

/**
 * @param project a Vitest project
 * @param imports by file (absolute), the files that it imports
 */
export function tellModuleGraph(project, imports) {
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
		const imported = targets.map((target) => nodeOf(moduleGraph, target));
		// Vitest asks for what `--changed` and `related` need.
		importer.transformResult = { code: " ", map: null, deps: targets.map((target) => urlOf(project, target)), dynamicDeps: [] };
		for (const node of imported) {
			node.importers.add(importer);
			importer.importedModules.add(node);
		}
		edges.set(importer, imported);
	}
	told.set(project, edges);
}

function nodeOf(moduleGraph, file) {
	const known = moduleGraph.getModuleById(file);
	if (known) return known;
	const node = moduleGraph.createFileOnlyEntry(file);
	node.id = file;
	moduleGraph.idToModuleMap.set(file, node);
	return node;
}

/** As Vite names files in the code that it serves. */
function urlOf({ config }, file) {
	const relative = path.relative(config.root, file);
	return relative.startsWith("..") ? `/@fs${file}` : `/${relative}`;
}
