import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vitest/config";

const ID = "virtual:release";
const FILE = fileURLToPath(new URL("../release.json", import.meta.url));

/** `virtual:release`: the version that is deployed, and what is new in it. */
export function release(): Plugin {
	return {
		name: "release",
		resolveId: (id) => (id === ID ? `\0${ID}` : undefined),
		load(id) {
			if (id !== `\0${ID}`) return undefined;
			const { version, notes } = JSON.parse(readFileSync(FILE, "utf8"));
			this.addWatchFile(FILE);
			return `import { Counter } from "/src/lib/counter.ts";
export const version = ${JSON.stringify(version)};
export const notes = ${JSON.stringify(notes)};
export const readers = new Counter();
`;
		},
	};
}
