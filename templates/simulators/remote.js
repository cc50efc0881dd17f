// A binding to a product that only Cloudflare has: whatever is called fails, and says what it is. Mocks and spies can take
// the place of its methods.

/** Methods that give an object at once, and not a promise. */
const IMMEDIATE = new Set(["get", "gateway", "autorag", "image", "input"]);

/** What promises, `JSON.stringify` and printing look for in any object. */
const ABSENT = new Set(["then", "catch", "finally", "toJSON", "constructor", "asymmetricMatch", "nodeType", "tagName"]);

export default function ({ binding, product }) {
	const fail = () => {
		throw new Error(
			`Binding ${binding} needs to be run remotely: it is ${product}, which only Cloudflare has. Mock it in the test, for example with vi.spyOn(env.${binding}, ...).`,
		);
	};
	const method = (key) => {
		if (typeof key === "symbol" || ABSENT.has(key)) return undefined;
		return IMMEDIATE.has(key) ? fail : async () => fail();
	};
	return new Proxy(Object.create(null), {
		get: (own, key) => (key in own ? own[key] : method(key)),
		// Spies look for what they replace.
		getOwnPropertyDescriptor(own, key) {
			const value = method(key);
			const made = value && { value, writable: true, enumerable: false, configurable: true };
			return Reflect.getOwnPropertyDescriptor(own, key) ?? made;
		},
	});
}
