/**
 * What workerd gets instead of an object that is called by RPC, in projects whose tests expect the errors of
 * `@cloudflare/vitest-plugin` for what cannot be called. All else is the object's own: methods run with it as `this`.
 */
export function rpcView(instance: object): object {
	const prototype = () => Reflect.getPrototypeOf(instance);
	/** What workerd has just looked for among the instance's own properties. It does so before each call, and only then. */
	let called: PropertyKey | undefined;
	// The target is none of the instance's: a Proxy may not say of its target what is not so.
	return new Proxy(Object.create(null), {
		get(_, key) {
			const value: unknown = Reflect.get(instance, key, instance);
			if (typeof value === "function" && key !== "constructor") return value.bind(instance);
			const isMissing = called === key && value === undefined && !Reflect.has(instance, key);
			called = undefined;
			if (isMissing) throw new TypeError(`The RPC receiver does not implement ${JSON.stringify(key)}.`);
			return value;
		},
		getOwnPropertyDescriptor(_, key) {
			called = key;
			const descriptor = Reflect.getOwnPropertyDescriptor(instance, key);
			if (descriptor && typeof key === "string" && !Reflect.has(prototype() ?? {}, key)) throw new TypeError(notOnPrototype(key));
			return descriptor && { ...descriptor, configurable: true };
		},
		getPrototypeOf: prototype,
		has: (_, key) => Reflect.has(instance, key),
		set: (_, key, value) => Reflect.set(instance, key, value),
		ownKeys: () => Reflect.ownKeys(instance),
	});
}

function notOnPrototype(key: string): string {
	return [
		`The RPC receiver's prototype does not implement ${JSON.stringify(key)}, but the receiver instance does.`,
		"Only properties and methods defined on the prototype can be accessed over RPC.",
		`Ensure properties are declared like \`get ${key}() { ... }\` instead of \`${key} = ...\`,`,
		`and methods are declared like \`${key}() { ... }\` instead of \`${key} = () => { ... }\`.`,
	].join("\n");
}
