/**
 * The text form of Vitest's messages: that of the npm package `flatted`. A message is an array of its distinct objects
 * and strings; what they hold of these is written as an index, in a string. So cycles and repetitions are kept.
 */

/** A regular expression of the config, which JSON cannot carry. */
interface PatternReport {
	$wptRegExp: string;
	flags: string;
}

type Container = Record<string, unknown>;

const isContainer = (value: unknown): value is Container => typeof value === "object" && value !== null;

export function parse(text: string): unknown {
	const entries = JSON.parse(text) as unknown[];
	const seen = new Set<number>();
	const read = (index: number): unknown => {
		const entry = entries[index];
		if (!isContainer(entry) || seen.has(index)) return entry;
		seen.add(index);
		for (const key in entry) {
			const value = entry[key];
			if (typeof value === "string") entry[key] = read(Number(value));
		}
		if ("$wptRegExp" in entry) {
			const { $wptRegExp: source, flags } = entry as unknown as PatternReport;
			entries[index] = new RegExp(source, flags);
		}
		return entries[index];
	};
	return read(0);
}

/** Task trees also carry functions, symbols and big integers: structured data is all that a host wants. */
export function stringify(root: unknown): string {
	const indices = new Map<unknown, string>();
	const entries: unknown[] = [];
	const write = (value: unknown): unknown => {
		if (typeof value === "bigint") value = `${value}n`;
		if (isContainer(value) && typeof value.toJSON === "function") value = value.toJSON();
		if (typeof value === "function" || typeof value === "symbol") return undefined;
		if (!isContainer(value) && typeof value !== "string") return value;
		let index = indices.get(value);
		if (index === undefined) {
			index = String(entries.push(value) - 1);
			indices.set(value, index);
		}
		return index;
	};
	const value = write(root);
	if (entries.length === 0) return JSON.stringify([value]);
	const texts: string[] = [];
	// Entries are added while they are written.
	for (const entry of entries) {
		if (!isContainer(entry)) {
			texts.push(JSON.stringify(entry));
			continue;
		}
		const copy: Container | unknown[] = Array.isArray(entry) ? entry.map(write) : {};
		if (!Array.isArray(copy)) for (const key of Object.keys(entry)) copy[key] = write(entry[key]);
		texts.push(JSON.stringify(copy));
	}
	return `[${texts.join(",")}]`;
}
