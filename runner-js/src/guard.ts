/**
 * The globals and intrinsics of an isolate, and whatever else outlives a test file, as they were before the first one. After
 * each, they are compared and put back, property by property. What cannot be put back costs the isolate.
 */

type Key = string | symbol;

/** An object as it was. */
interface Kept {
	object: object;
	/** For messages. */
	name: string;
	prototype: object | null;
	isExtensible: boolean;
	keys: Key[];
	descriptors: (PropertyDescriptor | undefined)[];
}

/** Vitest defines these once, when it runs its first file, and changes them itself; `wpt.` are the runner's own. */
const isInternal = (key: Key) => (typeof key === "string" ? key.startsWith("__vitest") : /vitest|^wpt\./i.test(key.description ?? ""));

/** Objects that no name leads to. */
const NAMELESS: Record<string, object> = {
	"%GeneratorFunction.prototype%": Object.getPrototypeOf(function* () {}),
	"%AsyncGeneratorFunction.prototype%": Object.getPrototypeOf(async function* () {}),
	"%AsyncFunction.prototype%": Object.getPrototypeOf(async function () {}),
	"%ArrayIteratorPrototype%": Object.getPrototypeOf([][Symbol.iterator]()),
	"%MapIteratorPrototype%": Object.getPrototypeOf(new Map()[Symbol.iterator]()),
	"%SetIteratorPrototype%": Object.getPrototypeOf(new Set()[Symbol.iterator]()),
	"%StringIteratorPrototype%": Object.getPrototypeOf(""[Symbol.iterator]()),
	"%RegExpStringIteratorPrototype%": Object.getPrototypeOf("".matchAll(/x/g)),
};

// A test file may replace them.
const { defineProperty, deleteProperty, getOwnPropertyDescriptor, getPrototypeOf, isExtensible, ownKeys, setPrototypeOf } = Reflect;
const is = Object.is;

export class Guard {
	readonly #kept: Kept[] = [];
	readonly #seen = new Set<object>();

	/** Keeps what `roots`, by name, and the global scope are, and the objects, classes and prototypes that they lead to. */
	constructor(roots: Record<string, unknown>) {
		for (const [name, root] of Object.entries({ globalThis, ...NAMELESS, ...roots })) this.keep(name, root);
	}

	/** Keeps one more, as it is now. */
	keep(name: string, root: unknown): void {
		const known = this.#kept.length;
		this.#keep(name, root);
		forgetVolatile(this.#kept.slice(known));
	}

	#keep(name: string, value: unknown): void {
		if ((typeof value !== "object" && typeof value !== "function") || value === null || this.#seen.has(value)) return;
		this.#seen.add(value);
		const keys = ownKeys(value).filter((key) => !isInternal(key));
		const descriptors = keys.map((key) => getOwnPropertyDescriptor(value, key));
		const prototype = getPrototypeOf(value);
		this.#kept.push({ object: value, name, prototype, isExtensible: isExtensible(value), keys, descriptors });
		this.#keep(`the prototype of ${name}`, prototype);
		keys.forEach((key, index) => {
			const part: unknown = descriptors[index]?.value;
			// Nobody keeps state on methods.
			if (typeof part === "function" && !isClass(part)) return;
			this.#keep(name === "globalThis" ? String(key) : `${name}.${String(key)}`, part);
		});
	}

	/** Puts back what has changed; says what cannot be. */
	restore(): string | undefined {
		let left: string | undefined;
		for (const kept of this.#kept) left = restoreObject(kept) ?? left;
		return left;
	}
}

/** workerd makes the values of some properties anew whenever they are read. */
function forgetVolatile(all: Kept[]): void {
	for (const { object, keys, descriptors } of all) {
		keys.forEach((key, index) => {
			if (!isSame(descriptors[index], getOwnPropertyDescriptor(object, key))) descriptors[index] = undefined;
		});
	}
}

const isClass = (value: Function) => typeof getOwnPropertyDescriptor(value, "prototype")?.value === "object";

function isSame(one: PropertyDescriptor | undefined, other: PropertyDescriptor | undefined): boolean {
	return (
		one !== undefined &&
		other !== undefined &&
		is(one.value, other.value) &&
		one.get === other.get &&
		one.set === other.set &&
		one.writable === other.writable &&
		one.enumerable === other.enumerable &&
		one.configurable === other.configurable
	);
}

function restoreObject(kept: Kept): string | undefined {
	const { object, name, keys, descriptors } = kept;
	if (kept.isExtensible && !isExtensible(object)) return `${name} was frozen, sealed or closed to new properties`;
	let left: string | undefined;
	if (getPrototypeOf(object) !== kept.prototype && !setPrototypeOf(object, kept.prototype)) {
		left = `${name} has another prototype`;
	}
	for (let index = 0; index < keys.length; index++) {
		const before = descriptors[index];
		if (!before || isSame(before, getOwnPropertyDescriptor(object, keys[index]))) continue;
		if (!defineProperty(object, keys[index], before)) left = `${name}.${String(keys[index])} cannot be put back`;
	}
	const now = ownKeys(object);
	if (now.length === keys.length) return left;
	const before = new Set(keys);
	for (const key of now) {
		if (before.has(key) || isInternal(key)) continue;
		if (!deleteProperty(object, key)) left = `${name}.${String(key)} cannot be removed`;
	}
	// Of an array, the elements go first.
	const length = keys.indexOf("length");
	if (Array.isArray(object) && length >= 0) defineProperty(object, "length", descriptors[length] as PropertyDescriptor);
	return left;
}
