/** The text of `console.table()`, as Node draws it. */
import { inspect } from "node-internal:internal_inspect";

interface Row {
	index: string;
	/** By column. */
	cells: Map<string, string>;
	/** For rows that are no objects. */
	value?: string;
}

const VALUES = "Values";

/** `undefined` for what is no table: a primitive, which is printed as it is. */
export function formatTable(data: unknown, properties: unknown, colors: boolean): string | undefined {
	if (typeof data !== "object" || data === null) return undefined;
	const format = (value: unknown) => {
		const isWide = typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length > 2;
		return inspect(value, { colors, maxArrayLength: 3, breakLength: Infinity, depth: isWide ? -1 : 0 });
	};

	if (data instanceof Map && !properties) {
		const rows = [...data].map(([key, value], index) => [String(index), format(key), format(value)]);
		return draw(["(iteration index)", "Key", VALUES], rows);
	}
	const isList = data instanceof Set || data instanceof Map;
	const entries: [string, unknown][] = isList ? [...data].map((value, index) => [String(index), value]) : Object.entries(data);
	const columns = new Set<string>(Array.isArray(properties) ? properties.map(String) : []);
	const rows = entries.map(([index, value]): Row => {
		const cells = new Map<string, string>();
		const isPrimitive = value === null || (typeof value !== "object" && typeof value !== "function");
		if (isPrimitive) return { index, cells, value: format(value) };
		for (const [name, cell] of Object.entries(value as object)) {
			if (properties && !columns.has(name)) continue;
			columns.add(name);
			cells.set(name, format(cell));
		}
		return { index, cells };
	});
	const hasValues = rows.some(({ value }) => value !== undefined);
	return draw(
		[isList ? "(iteration index)" : "(index)", ...columns, ...(hasValues ? [VALUES] : [])],
		rows.map(({ index, cells, value }) => [
			index,
			...[...columns].map((name) => cells.get(name) ?? ""),
			...(hasValues ? [value ?? ""] : []),
		]),
	);
}

function draw(head: string[], rows: string[][]): string {
	const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => textWidth(row[column]))) + 2);
	const rule = (left: string, middle: string, right: string) => left + widths.map((width) => "─".repeat(width)).join(middle) + right;
	const line = (row: string[]) =>
		`│${row.map((cell, column) => ` ${cell}${" ".repeat(widths[column] - textWidth(cell) - 1)}`).join("│")}│`;
	return [rule("┌", "┬", "┐"), line(head), rule("├", "┼", "┤"), ...rows.map(line), rule("└", "┴", "┘")].join("\n");
}

/** Columns that a text takes in a terminal: none for colours, two for wide characters. */
function textWidth(text: string): number {
	let width = 0;
	for (const character of text.replace(/\x1b\[[0-9;]*m/g, "")) {
		width += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}]/u.test(character) ? 2 : 1;
	}
	return width;
}
