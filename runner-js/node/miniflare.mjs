/** Which Miniflare a config imports, for `Request` and `Response` in functions: a project may have it only through the peer. */
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const OURS = import.meta.resolve("miniflare");

/** For esbuild: where the project has none, it is ours. */
export const miniflareImport = (root) => ({
	name: "wpt-gen:miniflare",
	setup({ onResolve }) {
		onResolve({ filter: /^miniflare$/ }, () => (installed(root) ? undefined : { path: OURS, external: true }));
	},
});

/** Its WebSockets are known to itself only. */
export const importMiniflare = (root) => import(installed(root) ?? OURS);

function installed(root) {
	try {
		return pathToFileURL(createRequire(path.join(root, "package.json")).resolve("miniflare")).href;
	} catch {
		return undefined;
	}
}
