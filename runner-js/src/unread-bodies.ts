/**
 * Bodies of responses that a test has not read. A Worker that keeps a copy of what it answers, in a cache for example, is
 * held back by workerd until the answer has been read: its work given to `ctx.waitUntil` would never end.
 */

type Fetch = (this: object, ...args: unknown[]) => Promise<Response>;

const watched = new WeakSet<object>();
/** Of the current test. */
const responses = new Set<Response>();

/** Notes the responses that service bindings, and stubs of every kind, give from now on; `stub` is one of them. */
export function watchResponses(stub: object): void {
	let owner: object | null = stub;
	while (owner && !Object.hasOwn(owner, "fetch")) owner = Object.getPrototypeOf(owner);
	if (!owner || watched.has(owner)) return;
	watched.add(owner);
	const native = (owner as { fetch: Fetch }).fetch;
	Object.defineProperty(owner, "fetch", {
		...Object.getOwnPropertyDescriptor(owner, "fetch"),
		value: function fetch(...args) {
			return native.apply(this, args).then((response) => {
				if (response.body) responses.add(response);
				return response;
			});
		} satisfies Fetch,
	});
}

/** Drops the bodies that are still unread. */
export function cancelUnreadBodies(): void {
	for (const { body, bodyUsed } of responses) {
		// One that a handler got belongs to its request, and one that is being read to its reader.
		if (body && !bodyUsed) body.cancel().catch(() => {});
	}
	responses.clear();
}

/** A test is over: what the next one gets is its own. */
export function forgetResponses(): void {
	responses.clear();
}
