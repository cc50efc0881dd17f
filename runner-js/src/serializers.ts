/**
 * Vitest's list of snapshot serializers, which it keeps to itself: where the bundled Vitest adds one, it calls this instead
 * (see `src/bundle/runner.rs`).
 */
let list: unknown[] = [];
let added = 0;

function add(serializers: unknown[], serializer: unknown): unknown[] {
	list = serializers;
	list.unshift(serializer);
	added++;
	return list;
}
Object.defineProperty(globalThis, Symbol.for("wpt.addSerializer"), { value: add });

/** Removes those of the last test file. */
export function dropSerializers(): void {
	list.splice(0, added);
	added = 0;
}
