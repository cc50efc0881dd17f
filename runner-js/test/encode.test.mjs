/** Options as JSON, with marks for what JSON has no form for. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { buildPagesASSETSBinding } from "../node/config-shim.mjs";
import { encode } from "../node/encode.mjs";

test("plain values stay as they are, and undefined ones are left out", () => {
	const value = { text: "a", list: [1, null, undefined], nested: Object.assign(Object.create(null), { yes: true }), gone: undefined };
	assert.deepEqual(JSON.parse(JSON.stringify(encode(value))), { text: "a", list: [1, null, null], nested: { yes: true } });
});

test("functions are known by their path", () => {
	const encoded = encode({ workers: [{ outboundService() {} }], "odd key": () => {} });
	assert.deepEqual(encoded.workers[0].outboundService, { $wptFunction: ["workers", "0", "outboundService"] });
	assert.deepEqual(encoded["odd key"], { $wptFunction: ["odd key"] });
});

test("each byte becomes a character", () => {
	const expected = { $wptBytes: "\u0000a\u00ff" };
	const bytes = new Uint8Array([9, 0, 97, 255]);
	for (const value of [bytes.subarray(1), bytes.buffer.slice(1), Buffer.from([0, 97, 255])]) assert.deepEqual(encode(value), expected);
});

test("symbols, URLs and folders of assets are marked", async () => {
	assert.deepEqual(encode(Symbol.for("miniflare.kCurrentWorker")), { $wptSymbol: "miniflare.kCurrentWorker" });
	assert.deepEqual(encode(new URL("postgres://u:p@h/d")), { $wptUrl: "postgres://u:p@h/d" });
	assert.deepEqual(encode(await buildPagesASSETSBinding("/public")), { $wptAssets: "/public" });
	await assert.rejects(buildPagesASSETSBinding(1), /parameter 1 is not of type 'string'/);
});

test("what has no meaning as an option is described", () => {
	const loop = {};
	loop.self = loop;
	assert.deepEqual(encode(loop), { self: { $wptOther: "an object that contains itself" } });
	assert.deepEqual(encode([1n, Number.NaN, new Map(), Promise.resolve()]), [
		{ $wptOther: "a bigint" },
		{ $wptOther: "NaN" },
		{ $wptOther: "an instance of Map" },
		{ $wptOther: "a promise, which is not awaited" },
	]);
});
