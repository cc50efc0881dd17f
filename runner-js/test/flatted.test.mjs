/** Messages are those of the npm package `flatted`, which Vitest's own hosts use. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { build } from "esbuild";
import * as flatted from "flatted";

const { outputFiles } = await build({
	entryPoints: [new URL("../src/flatted.ts", import.meta.url).pathname],
	write: false,
	format: "esm",
});
const { parse, stringify } = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);

const cycle = { name: "a", list: [1, "a", null, true, { deep: ["a", "1", ""] }] };
cycle.self = cycle;
cycle.list.push(cycle.list);

const VALUES = [cycle, "text", "0", 1, null, true, [], {}, [[], {}], { 1: "1", key: "key" }, [undefined, 1], { date: new Date(0) }];

test("what we write is what flatted writes", () => {
	for (const value of VALUES) assert.equal(stringify(value), flatted.stringify(value));
});

test("what flatted writes is read", () => {
	for (const value of VALUES) assert.deepEqual(parse(flatted.stringify(value)), flatted.parse(flatted.stringify(value)));
	const read = parse(stringify(cycle));
	assert.equal(read.self, read);
	assert.equal(read.list[5], read.list);
});

test("what is no data is left out", () => {
	const value = { big: 10n, run() {}, symbol: Symbol("s"), nothing: undefined, list: [() => {}, 1n] };
	assert.deepEqual(parse(stringify(value)), { big: "10n", list: [null, "1n"] });
});

test("a regular expression of the config is one again", () => {
	const text = stringify({ testNamePattern: { $wptRegExp: "^a.+b$", flags: "iu" }, others: [{ $wptRegExp: "c", flags: "" }] });
	assert.deepEqual(parse(text), { testNamePattern: /^a.+b$/iu, others: [/c/] });
});
