/**
 * Reads Vitest's snapshot files without evaluating them. Vitest runs a file as `new Function("exports", text)(data)`,
 * which workerd does not allow; `wpt-gen` puts this class in `Function`'s place there when it bundles Vitest.
 *
 * A file is a sequence of assignments of template literals without substitutions:
 *
 *     exports[`name 1`] = `text`;
 */
class SnapshotReader {
	constructor(_parameter: string, text: string) {
		return Object.assign((data: Record<string, string>) => void read(text, data));
	}
}

const ESCAPES: Record<string, string> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f", v: "\v", 0: "\0" };

function read(text: string, data: Record<string, string>): void {
	let position = 0;
	/** The template literal whose backtick is at `position`; leaves `position` after it. */
	const literal = (): string => {
		let value = "";
		for (position++; text[position] !== "`"; position++) {
			if (position >= text.length) throw new SyntaxError("a snapshot does not end");
			if (text[position] !== "\\") {
				value += text[position];
				continue;
			}
			const escaped = text[++position];
			const unicode = /^u(?:\{([0-9a-f]+)\}|([0-9a-f]{4}))|^x([0-9a-f]{2})/i.exec(text.slice(position, position + 12));
			if (unicode) {
				value += String.fromCodePoint(parseInt(unicode[1] ?? unicode[2] ?? unicode[3], 16));
				position += unicode[0].length - 1;
			} else if (escaped !== "\n") {
				value += ESCAPES[escaped] ?? escaped;
			}
		}
		position++;
		return value.replace(/\r\n?/g, "\n");
	};
	for (;;) {
		const start = text.indexOf("exports[`", position);
		if (start < 0) return;
		position = start + "exports[".length;
		const key = literal();
		position = text.indexOf("`", position);
		if (position < 0) throw new SyntaxError(`the snapshot "${key}" has no value`);
		data[key] = literal();
	}
}

Object.defineProperty(globalThis, Symbol.for("wpt.SnapshotReader"), { value: SnapshotReader });
