/** Where the `wpt-gen` executable is. */
import fs from "node:fs";
import { fileURLToPath } from "node:url";

/** Names the executable to use instead of a built one. */
const VARIABLE = "WPT_GEN_BINARY";
/** Where cargo puts it, relative to the package. */
const BUILT = ["target/release/wpt-gen", "target/debug/wpt-gen"];

/** Its path, or an error that says how to get it. */
export function findBinary() {
	const named = process.env[VARIABLE];
	if (named) return named;
	const built = BUILT.map((file) => fileURLToPath(new URL(`../../${file}`, import.meta.url)));
	const found = built.find((file) => fs.existsSync(file));
	if (found) return found;
	throw new Error(`The wpt-gen executable is not built: run \`cargo build --release\` in ${fileURLToPath(new URL("../..", import.meta.url))}, or name one in ${VARIABLE}.`);
}
