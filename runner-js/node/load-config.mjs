/**
 * Opens a project's Vitest config with the Vitest that will run its tests: config files are bundled with esbuild, and the
 * pool's packages that they import are answered by `config-shim.mjs`.
 */
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { configImports } from "./cloudflare-config.mjs";
import { miniflareImport } from "./miniflare.mjs";
import { withRecordedPool } from "./recorded-options.mjs";
import { UserPlugins } from "./user-plugins.mjs";
import { expandProjects, labelOf } from "./vitest-projects.mjs";

const PEER_MODULES = [
	"@cloudflare/vitest-plugin",
	"@cloudflare/vitest-plugin/config",
	"@cloudflare/vitest-pool-workers",
	"@cloudflare/vitest-pool-workers/config",
	"wpt-gen/vitest",
];
const CONFIG_SHIM = new URL("./config-shim.mjs", import.meta.url).href;

/** Loads config files of one project folder. */
export class ConfigLoader {
	#root;
	#cache;
	#mode;
	#note;
	#loaded = 0;
	/** By how much the first line of a file is moved to the right, in characters. */
	#shifts = new Map();

	/**
	 * @param request `root`, `cache` (a folder to write to) and `mode`
	 * @param note called for each file that is loaded, with its text where it is a config's own
	 */
	constructor({ root, cache, mode }, note) {
		this.#root = root;
		this.#cache = cache;
		this.#mode = mode;
		this.#note = note;
	}

	/** What a config file exports, whatever the form. */
	loadFile = async (file) => (await this.loadModule(file)).default;

	loadModule = async (file) => {
		this.#loaded += 1;
		const outfile = path.join(this.#cache, `vitest.config.${process.pid}.${this.#loaded}.mjs`);
		await build({
			absWorkingDir: this.#root,
			entryPoints: [file],
			outfile,
			bundle: true,
			platform: "node",
			format: "esm",
			target: `node${process.versions.node}`,
			packages: "external",
			define: {
				"import.meta.url": "__wpt_url",
				"import.meta.dirname": "__wpt_dirname",
				"import.meta.filename": "__wpt_filename",
				__dirname: "__wpt_dirname",
				__filename: "__wpt_filename",
			},
			plugins: [this.#peerModules(), miniflareImport(this.#root), configImports, this.#originalLocations()],
			logLevel: "silent",
			sourcemap: "inline",
		});
		try {
			return await import(pathToFileURL(outfile).href);
		} finally {
			fs.rmSync(outfile, { force: true });
		}
	};

	loadConfig = async (file) => {
		this.#note(file);
		let config = await this.loadFile(file);
		if (typeof config === "function") config = await config({ mode: this.#mode, command: "serve", isPreview: false, isSsrBuild: false });
		return withRecordedPool((await config) ?? {});
	};

	/** The place of an esbuild message in the file as it was written. */
	unshifted({ file, line, column, length }) {
		const shift = line === 1 ? (this.#shifts.get(path.resolve(this.#root, file)) ?? 0) : 0;
		return { file, line, column: Math.max(column - shift, 0), length };
	}

	/** The peer's modules are ours: loaded from where they are, because what they import is installed beside them. */
	#peerModules() {
		return {
			name: "wpt-gen:peer-modules",
			setup({ onResolve }) {
				onResolve({ filter: /^(?:@cloudflare\/vitest-|wpt-gen\/)/ }, ({ path: name }) =>
					PEER_MODULES.includes(name) ? { path: CONFIG_SHIM, external: true } : undefined,
				);
			},
		};
	}

	/** `import.meta.url`, `__dirname` and `__filename` keep their meaning although the file is bundled elsewhere. */
	#originalLocations() {
		return {
			name: "wpt-gen:original-locations",
			setup: ({ onLoad }) => {
				onLoad({ filter: /\.[cm]?[jt]s$/ }, async ({ path: file }) => {
					if (file.includes("/node_modules/")) return undefined;
					const text = await fs.promises.readFile(file, "utf8");
					this.#note(file, text);
					const names = { url: pathToFileURL(file).href, dirname: path.dirname(file), filename: file };
					const declarations = Object.entries(names)
						.map(([name, value]) => `const __wpt_${name} = ${JSON.stringify(value)};`)
						.join("");
					const loader = /\.[cm]?ts$/.test(file) ? "ts" : "js";
					if (text.startsWith("#!")) return { contents: text, loader };
					this.#shifts.set(file, declarations.length);
					return { contents: declarations + text, loader };
				});
			},
		};
	}
}

/**
 * The project's Vitest, with its config; to be closed.
 *
 * @param request `root`, `configFile`, `mode` and `vitest` (the package's folder); as `options`, what a command line says
 * @param loader a {@link ConfigLoader}
 * @param note called for each file that was looked at
 * @returns `vitest`, the root `config`, the `projects`, each with the config that `configOf(project)` gives and the
 *   names that it defines by `definedIn(project)`, the {@link UserPlugins} as `users`, and the `prepareStackTrace` for what
 *   Vitest evaluates
 */
export async function openVitest({ root, configFile, mode, vitest: folder, options = {} }, loader, note) {
	const { createVitest, version } = await import(pathToFileURL(path.join(folder, "dist/node.js")).href);
	const config = await expandProjects(configFile ? await loader.loadConfig(configFile) : {}, {
		root,
		file: configFile,
		mode,
		vitest: folder,
		major: Number(version.split(".")[0]),
		load: loader.loadConfig,
		loadFile: loader.loadFile,
		note,
	});
	const users = await UserPlugins.of(config);
	const declared = config.test?.projects ?? [];
	// Vitest takes out of them what it puts into its own environment.
	const defined = new Map([config, ...declared].map((one) => [one, Object.keys(one.define ?? {})]));
	// Reporters of the config's are not loaded: nothing is reported here.
	const vitest = await createVitest("test", { reporter: ["tap"], ...options, root, mode, watch: false, config: false }, config);
	// Vitest's own does not know where configs were written.
	const { prepareStackTrace } = Error;
	Error.prepareStackTrace = undefined;
	const configOf = (project) => declared.find(({ test }) => labelOf(test?.name) === project.name) ?? config;
	return {
		vitest,
		config,
		users,
		prepareStackTrace,
		projects: vitest.projects.length > 0 ? vitest.projects : [vitest.getRootProject()],
		configOf,
		definedIn: (project) => defined.get(configOf(project)) ?? [],
	};
}
