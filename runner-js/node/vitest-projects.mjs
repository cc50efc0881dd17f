/**
 * `test.projects` of a Vitest config (and the workspace files of older versions), resolved to inline projects: a config
 * file of a project is loaded here and not by Vite, so that the pool's packages are answered in it too.
 *
 * Which entry means what follows Vitest's guide to projects: a string names a config file, a folder or a glob of either;
 * anything else is a config, or makes one.
 */
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { withRecordedPool } from "./recorded-options.mjs";

const EXTENSIONS = ["ts", "mts", "cts", "js", "mjs", "cjs"];
const CONFIG_NAMES = ["vitest.config", "vite.config"].flatMap((name) => EXTENSIONS.map((extension) => `${name}.${extension}`));
const CONFIG_PATTERN = /^(?:vitest|vite)(?:\.\w+)?\.config\./;
const WORKSPACE_NAMES = ["vitest.workspace", "vitest.projects"].flatMap((name) =>
	[...EXTENSIONS, "json"].map((extension) => `${name}.${extension}`),
);

/** The Vite plugin that says which file a project comes from, if it has one of its own. */
export const PROJECT_PLUGIN = "wpt-gen:project";

/**
 * The config with all its projects inline; as it is if it has none.
 *
 * @param config the root config, evaluated
 * @param context `root`, `file` (the config's), `mode`, `vitest` (the package's folder), `major` (its version), `load(file)`, which evaluates a
 *   config file, `loadFile(file)`, which only loads it, and `note(file)`, called for what was looked at
 */
export async function expandProjects(config, context) {
	const declared = config.test?.projects ?? (await workspace(config, context));
	if (!declared) return config;
	const { mergeConfig } = await import(pathToFileURL(path.join(context.vitest, "dist/config.js")).href);
	const { projects: _projects, workspace: _workspace, ...own } = config.test ?? {};
	const { name: _name, ...shared } = own;
	const inherited = { ...config, test: shared };

	const inline = [];
	const files = new Set();
	const folders = new Set();
	for (const entry of declared) {
		if (typeof entry === "string") {
			for (const found of await paths(entry, context)) {
				(found.endsWith("/") ? folders : files).add(found);
			}
			continue;
		}
		const project = await (typeof entry === "function"
			? entry({ mode: context.mode, command: "serve", isPreview: false, isSsrBuild: false })
			: entry);
		inline.push(await extended(withRecordedPool(project), inline.length, { ...context, inherited, mergeConfig }));
	}
	for (const file of files) {
		// A pattern may find the file that has it: the root is a project too then.
		const isRoot = file === context.file;
		const found = isRoot ? inherited : await context.load(file);
		inline.push(...(await fromFile(found, file, isRoot, context)));
	}
	for (const folder of folders) inline.push(named({}, folder.slice(0, -1), undefined, context));
	return { ...config, test: { ...own, projects: inline } };
}

/** The project of a config file; since Vitest 5, one that lists projects stands for those, with its name before theirs. */
async function fromFile(config, file, isRoot, context) {
	const folder = path.dirname(file);
	const { projects, ...test } = config.test ?? {};
	const project = named({ ...config, test }, folder, file, context);
	if (!projects || isRoot || context.major < 5) return [project];
	const nested = await expandProjects(config, { ...context, root: folder, file });
	const container = labelOf(project.test.name);
	return nested.test.projects.map((child) => {
		const { name } = child.test;
		const label = `${container} (${labelOf(name)})`;
		return { ...child, test: { ...child.test, name: typeof name === "object" ? { ...name, label } : label } };
	});
}

/** A project's name may come with a colour. */
export const labelOf = (name) => (typeof name === "object" ? name?.label : name);

/** What a `vitest.workspace` file lists, or the older `test.workspace` option. */
async function workspace(config, { root, loadFile, note }) {
	const option = config.test?.workspace;
	if (Array.isArray(option)) return option;
	const names = option ? [option] : WORKSPACE_NAMES;
	const file = names.map((name) => path.resolve(root, name)).find((candidate) => fs.existsSync(candidate));
	if (!file) return undefined;
	note(file);
	const listed = file.endsWith(".json") ? JSON.parse(fs.readFileSync(file, "utf8")) : await loadFile(file);
	if (!Array.isArray(listed)) throw new TypeError(`${path.relative(root, file)} has to export an array of projects`);
	return listed;
}

/** Config files, and folders (which end in `/`) without one. */
async function paths(entry, { root, vitest, note }) {
	const pattern = entry.replace("<rootDir>", () => root);
	const { glob, isDynamicPattern } = createRequire(path.join(vitest, "package.json"))("tinyglobby");
	if (isDynamicPattern(pattern)) {
		const ignore = ["**/node_modules/**", "**/*.timestamp-*", "**/.DS_Store"];
		const found = await glob([pattern], { absolute: true, dot: true, onlyFiles: false, cwd: root, expandDirectories: false, ignore });
		return found.sort().map((file) => (file.endsWith("/") ? configIn(file, note) : configFile(file, root)));
	}
	const file = path.resolve(root, pattern);
	if (!fs.existsSync(file)) throw new Error(`Projects definition references a non-existing file or a directory: ${file}`);
	return [fs.statSync(file).isDirectory() ? configIn(`${file}/`, note) : configFile(file, root)];
}

function configIn(folder, note) {
	note(folder.slice(0, -1));
	const present = new Set(fs.readdirSync(folder));
	const name = CONFIG_NAMES.find((candidate) => present.has(candidate));
	return name ? folder + name : folder;
}

function configFile(file, root) {
	if (CONFIG_PATTERN.test(path.basename(file))) return file;
	throw new Error(
		`The file "${path.relative(root, file)}" must start with "vitest.config"/"vite.config" or match the pattern "(vitest|vite).*.config.*" to be a valid project config.`,
	);
}

/** An inline project, with the config that it extends: by default the root's since Vitest 5, none before. */
async function extended(own, index, { root, major, load, inherited, mergeConfig }) {
	const { extends: base = major >= 5, ...project } = own;
	const merged =
		typeof base === "string"
			? mergeConfig(await load(path.resolve(root, base)), project)
			: base
				? mergeConfig(inherited, project)
				: project;
	const { root: testRoot, ...test } = merged.test ?? {};
	return {
		...merged,
		extends: false,
		root: path.resolve(root, testRoot ?? project.root ?? "."),
		test: { ...test, name: project.test?.name ?? String(index) },
	};
}

/** A project of its own folder: its name is that of its package, or of the folder. */
function named(config, folder, file, { note }) {
	const manifest = path.join(folder, "package.json");
	note(manifest);
	const packageName = fs.existsSync(manifest) ? JSON.parse(fs.readFileSync(manifest, "utf8")).name : undefined;
	const { root: testRoot, ...test } = config.test ?? {};
	return {
		...config,
		extends: false,
		root: path.resolve(folder, testRoot ?? config.root ?? "."),
		plugins: [...(config.plugins ?? []), { name: PROJECT_PLUGIN, api: { file } }],
		test: { ...test, name: test.name || packageName || path.basename(folder) },
	};
}
