/**
 * What a config gives, as JSON: values that JSON has no form for become marks, objects with one key that starts with `$wpt`.
 * `src/config/tree/foreign.rs` reads them.
 */

/** On the function that stands for a folder of Pages assets: the folder. */
export const ASSETS = Symbol("wpt-gen.assets");

/** On what stands for a value that is not known yet: its text. */
export const MARK = Symbol("wpt-gen.mark");

/**
 * @param path the keys that lead to the value: a function is known by them
 * @param functions gets the functions that were found, by their path, its keys separated by dots
 */
export function encode(value, path = [], holders = [], functions = new Map()) {
	switch (typeof value) {
		case "function":
			if (ASSETS in value) return { $wptAssets: value[ASSETS] };
			functions.set(path.join("."), value);
			return { $wptFunction: path };
		case "symbol":
			return { $wptSymbol: value.description ?? "" };
		case "bigint":
			return { $wptOther: "a bigint" };
		case "number":
			return Number.isFinite(value) ? value : { $wptOther: String(value) };
		case "object":
			return value === null ? null : encodeObject(value, path, holders, functions);
		default:
			return value;
	}
}

function encodeObject(value, path, holders, functions) {
	if (value[MARK]) return value[MARK];
	if (holders.includes(value)) return { $wptOther: "an object that contains itself" };
	const below = [...holders, value];
	if (Array.isArray(value)) return value.map((item, index) => encode(item, [...path, String(index)], below, functions) ?? null);
	if (value instanceof ArrayBuffer) return { $wptBytes: latin1(new Uint8Array(value)) };
	if (ArrayBuffer.isView(value)) return { $wptBytes: latin1(new Uint8Array(value.buffer, value.byteOffset, value.byteLength)) };
	if (value instanceof URL) return { $wptUrl: value.href };
	if (value instanceof RegExp) return { $wptRegExp: value.source, flags: value.flags };
	if (typeof value.then === "function") return { $wptOther: "a promise, which is not awaited" };
	if (!isPlain(value)) return { $wptOther: `an instance of ${value.constructor?.name || "a class"}` };
	return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, encode(item, [...path, key], below, functions)]));
}

/** Each character stands for a byte. */
const latin1 = (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");

/** An object literal, of this realm or another, or a module's namespace. */
function isPlain(value) {
	const prototype = Object.getPrototypeOf(value);
	return prototype === null || Object.getPrototypeOf(prototype) === null;
}
