/**
 * The module `miniflare:zod`. Miniflare's scripts describe their messages when they are loaded; here a description is made
 * when a message is first checked, and zod is not evaluated before. Both take longer than all else that the simulators do
 * when they start.
 */
import { Buffer } from "node-internal:internal_buffer";

/** A description, or a function of zod's that makes one. */
type Made = Record<PropertyKey, unknown>;
type Make = () => Made;

// esbuild makes a function of a module that is required.
declare const require: (path: "./zod-used") => { z: Made };

/** Methods of descriptions that give another one: they are called when that is made. */
const CHAINED = new Set<PropertyKey>([
	"array",
	"catch",
	"default",
	"gte",
	"int",
	"length",
	"max",
	"min",
	"nonnegative",
	"nullable",
	"optional",
	"or",
	"refine",
	"regex",
	"strict",
	"transform",
	"trim",
]);

const makers = new WeakMap<object, Make>();

/** Stands for a description until it is used. */
function later(make: Make): object {
	let made: Made | undefined;
	const get = () => (made ??= make());
	const description = new Proxy(
		{},
		{
			get(_, key) {
				if (CHAINED.has(key)) return (...given: unknown[]) => later(() => call(get(), key, given));
				const value = get()[key];
				return typeof value === "function" ? value.bind(get()) : value;
			},
		},
	);
	makers.set(description, get);
	return description;
}

function call(made: Made, key: PropertyKey, given: unknown[]): Made {
	return (made[key] as (...given: unknown[]) => Made).apply(made, given.map(now));
}

/** The same with what is described in it made. */
function now(value: unknown): unknown {
	if (typeof value !== "object" || value === null) return value;
	const make = makers.get(value);
	if (make) return make();
	if (Array.isArray(value)) return value.map(now);
	if (Object.getPrototypeOf(value) !== Object.prototype) return value;
	return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, now(inner)]));
}

/** zod's functions, also those one level down, such as `coerce.number`. */
function functions(find: Make): object {
	return new Proxy(() => {}, {
		get: (_, key) => functions(() => find()[key] as Made),
		apply: (_, _this, given) => later(() => (find as unknown as () => (...given: unknown[]) => Made)()(...given.map(now))),
	});
}

interface Described {
	regex(pattern: RegExp): Described;
	transform(change: (text: string) => unknown): Described;
}

export const z = functions(() => require("./zod-used").z) as { string(): Described };

export const HEX_REGEXP = /^[0-9a-f]*$/i;
export const BASE64_REGEXP = /^[0-9a-z+/=]*$/i;
export const HexDataSchema = bytes(HEX_REGEXP, "hex");
export const Base64DataSchema = bytes(BASE64_REGEXP, "base64");

function bytes(pattern: RegExp, encoding: string): Described {
	const { from } = Buffer as { from(text: string, encoding: string): unknown };
	return z
		.string()
		.regex(pattern)
		.transform((text) => from(text, encoding));
}
