/** Which files of a project are read while a config, or a plugin of it, runs. */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** Calls `note` with the absolute path of every file and folder of the project that is read from here on, whoever reads it. */
export function watchReads(root, note) {
	const read = (target) => {
		const file = target instanceof URL ? fileURLToPath(target) : target;
		if (typeof file !== "string") return;
		const absolute = path.resolve(file);
		if (absolute.startsWith(root + path.sep) && !absolute.includes("/node_modules/")) note(absolute);
	};
	for (const [holder, names] of [
		[fs, ["readFileSync", "readFile", "readdirSync", "readdir"]],
		[fs.promises, ["readFile", "readdir"]],
	]) {
		for (const name of names) {
			const original = holder[name];
			holder[name] = function (target, ...rest) {
				read(target);
				return original.call(this, target, ...rest);
			};
		}
	}
	syncBuiltinESMExports();
}
