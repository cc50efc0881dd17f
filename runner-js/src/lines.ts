/**
 * Lines that choose tests (`vitest file:line`). They are lines of sources, and Vitest compares them with where compiled
 * modules call `test()`.
 */
import type { Session } from "./session";

/** A test file as a host gives it. */
export interface Specification {
	filepath: string;
	testLocations?: number[];
}

/** Asks the host which lines of the compiled modules the chosen lines became. */
export async function compileLines(files: Specification[], session: Session): Promise<void> {
	for (const file of files) {
		if (!file.testLocations?.length) continue;
		const compiled: number[][] = await session.call("wptCompiledLines", file.filepath, file.testLocations);
		file.testLocations = compiledLines(file.testLocations, compiled);
	}
}

/** The compiled lines, as Vitest uses them: what it filters out is what it did not find, which it names. */
function compiledLines(lines: number[], compiled: number[][]): number[] {
	const filter = (isMissing: (line: number) => boolean) => lines.filter((_line, index) => compiled[index]?.every(isMissing) ?? true);
	// Without any, Vitest would run everything.
	return Object.assign([0, ...compiled.flat()], { filter });
}
