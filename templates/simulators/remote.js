// A binding to a product that only Cloudflare has: whatever is called fails, and says what it is. Mocks and spies can take
// the place of its methods.
import makeAi from "cloudflare-internal:ai-api";
import makeVectorize from "cloudflare-internal:vectorize-api";

/** Products of which workerd has the client: the methods are production's, only the answers are missing. */
const CLIENTS = {
	"Workers AI": (error) => makeAi({ fetcher: remote(error) }),
	"a Vectorize index": (error) => makeVectorize({ fetcher: remote(error), indexId: "", indexVersion: "v2", useNdJson: true }),
	"a dispatch namespace": (error) => ({
		get() {
			throw error();
		},
	}),
};

/** What promises, `JSON.stringify` and printing look for in any object. */
const ABSENT = new Set(["then", "catch", "finally", "toJSON", "asymmetricMatch", "nodeType", "tagName", "$$typeof"]);

export default function ({ binding, product }) {
	const error = () =>
		new Error(
			`Binding ${binding} needs to be run remotely: it is ${product}, which only Cloudflare has. Mock it in the test, for example with vi.spyOn(env.${binding}, ...).`,
		);
	const make = CLIENTS[product] ?? remote;
	return make(error);
}

/** Has every method, as an RPC stub has; each fails. */
function remote(error) {
	const method = (key) => (typeof key === "symbol" || ABSENT.has(key) ? undefined : () => failedCall(error));
	return new Proxy({ [Symbol.toStringTag]: "Fetcher" }, {
		get: (own, key) => (key in own ? own[key] : method(key)),
		// Spies look for what they replace.
		getOwnPropertyDescriptor(own, key) {
			const value = method(key);
			const made = value && { value, writable: true, enumerable: false, configurable: true };
			return Reflect.getOwnPropertyDescriptor(own, key) ?? made;
		},
	});
}

/** What a call gives: a rejected promise, of which everything can be called too, as of an RPC promise. */
function failedCall(error) {
	const promise = Promise.reject(error());
	const followed = () => {
		// The rejection is that of the call that follows.
		promise.catch(() => {});
		return failedCall(error);
	};
	return new Proxy(followed, {
		get(_, key) {
			if (key in Promise.prototype) return typeof promise[key] === "function" ? promise[key].bind(promise) : promise[key];
			return typeof key === "symbol" ? undefined : followed;
		},
	});
}
