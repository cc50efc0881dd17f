/** A snapshot file read by us gives what evaluating it would give, as Vitest does in Node. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { build } from "esbuild";

const { outputFiles } = await build({
	entryPoints: [new URL("../src/snapshot-reader.ts", import.meta.url).pathname],
	bundle: true,
	write: false,
	format: "esm",
});
await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
const SnapshotReader = globalThis[Symbol.for("wpt.SnapshotReader")];

/** How Vitest writes a string as a template literal. */
const literal = (text) => `\`${text.replace(/`|\\|\$\{/g, "\\$&")}\``;
const file = (snapshots) =>
	`// Vitest Snapshot v1, https://vitest.dev/guide/snapshot.html\n\n${Object.entries(snapshots)
		.map(([key, value]) => `exports[${literal(key)}] = ${literal(value)};`)
		.join("\n\n")}\n`;

function read(Reader, text) {
	const data = {};
	new Reader("exports", text)(data);
	return data;
}

const same = (text) => assert.deepEqual(read(SnapshotReader, text), read(Function, text));

test("what Vitest writes is read back", () => {
	const snapshots = {
		"plain 1": '\n{\n  "a": 1,\n}\n',
		"a `name` with ${braces} 1": "`tick` ${not} \\ \\n \\\\",
		"日本語 > été 1": "\u{1f600} \u0000 \t",
		"ends like the next one 1": "`;\n\nexports[`other 1`] = `x",
	};
	assert.deepEqual(read(SnapshotReader, file(snapshots)), snapshots);
	same(file(snapshots));
});

test("escapes mean what they mean in JavaScript", () => {
	same("exports[`a 1`] = `\\n\\t\\u0041\\u{1F600}\\x41\\q\\\nend`;");
	same("exports[`crlf 1`] = `one\r\ntwo\rthree`;");
	same("");
	same("// nothing here\n");
});

test("random strings are read back", () => {
	const alphabet = ["`", "\\", "$", "{", "}", "\n", "u", "x", "4", "1", "é", ";", "exports[", " = "];
	let seed = 7;
	const random = (limit) => (seed = (seed * 48271) % 2147483647) % limit;
	for (let round = 0; round < 500; round++) {
		const text = () => Array.from({ length: random(12) }, () => alphabet[random(alphabet.length)]).join("");
		const snapshots = { [`${text()} 1`]: text(), [`${text()} 2`]: text() };
		assert.deepEqual(read(SnapshotReader, file(snapshots)), snapshots);
	}
});

test("a file that breaks off is an error", () => {
	assert.throws(() => read(SnapshotReader, "exports[`a 1`] = `never ends"), SyntaxError);
});
