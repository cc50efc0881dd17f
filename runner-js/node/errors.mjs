/** Errors of the user's code, as they are shown. */
import { fileURLToPath } from "node:url";

/** Frames that are not the user's: ours, and those of the Vitest that called it. */
const OTHERS = [import.meta.dirname ?? fileURLToPath(new URL(".", import.meta.url)), "/vitest/dist/"];

/** An error's stack without the frames that say nothing to the user. */
export function stackOf(error) {
	const lines = String(error?.stack ?? error).split("\n");
	return lines.filter((line) => !/^\s+at /.test(line) || !OTHERS.some((other) => line.includes(other))).join("\n");
}
