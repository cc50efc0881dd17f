/** What the project's Vite plugins make of imports that no file answers: virtual modules, and names of their own for files. */
import fs from "node:fs";
import path from "node:path";

/**
 * @param {{ vite: import("vite").ViteDevServer }} project the Vitest project whose plugins are asked
 * @param {{ specifier: string, importer: string }[]} imports importers are absolute paths
 * @returns for each import, the `file` it means (absolute), or the `code` of the module it means, or null
 */
export async function answerImports({ vite }, imports) {
	const container = (vite.environments?.ssr ?? vite).pluginContainer;
	return Promise.all(
		imports.map(async ({ specifier, importer }) => {
			const found = await container.resolveId(specifier, importer);
			if (!found || found.external) return null;
			const [file] = found.id.split("?");
			if (path.isAbsolute(file) && fs.existsSync(file)) return { file: fs.realpathSync(file) };
			const loaded = await container.load(found.id);
			if (loaded == null) return null;
			return { code: typeof loaded === "string" ? loaded : loaded.code };
		}),
	);
}
