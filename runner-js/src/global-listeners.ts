/** Listeners that test files add to the global scope, which nobody else can list. */

type Arguments = Parameters<typeof addEventListener>;

const added: Arguments[] = [];
const add = globalThis.addEventListener;
const remove = globalThis.removeEventListener;

/** Notes the listeners that are added from now on. */
export function watchGlobalListeners(): void {
	const replacement = { addEventListener: (...args: Arguments) => (added.push(args), add.apply(globalThis, args)) };
	Object.defineProperty(globalThis, "addEventListener", { value: replacement.addEventListener, configurable: true, writable: true });
}

/** Removes them. */
export function dropGlobalListeners(): void {
	for (const [type, listener, options] of added.splice(0)) {
		const capture = typeof options === "object" ? options.capture : options;
		remove.call(globalThis, type, listener, { capture });
	}
}
