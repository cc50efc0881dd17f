/** `wpt-gen/vitest`: what a Vitest config imports. */
import path from "node:path";
import { readD1Migrations as read } from "../node/config-shim.mjs";
import { noteFolder } from "./watcher.mjs";

export { buildPagesASSETSBinding } from "../node/config-shim.mjs";
export { cloudflarePool, cloudflareTest } from "./plugin.mjs";

/** As the compiler's; in watch mode, the config is made again when the folder changes. */
export async function readD1Migrations(source) {
	const migrations = await read(source);
	noteFolder(typeof source === "string" ? source : path.join(source.projectPath ?? "", source.migrationsDir ?? "migrations"));
	return migrations;
}
