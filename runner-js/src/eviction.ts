/**
 * Ending Durable Objects that run, for tests of what they do when they start again. A process runs one test file at a
 * time, so all objects are that file's; those of the simulators are aborted with them, and lose nothing that they store.
 */
import { requireStub } from "./durable-objects";
import type { LoadModule } from "./module-table";

/** What happens to the WebSockets that an object keeps for hibernation. */
interface EvictionOptions {
	webSockets?: "close" | "hibernate";
}

/** The module of workerd's that a Worker has by the flag `unsafe_module`. */
interface Unsafe {
	evict(stub: unknown, options: EvictionOptions): Promise<void>;
	evictAllDurableObjects(options: EvictionOptions): Promise<void>;
	abortAllDurableObjects(): Promise<void>;
}

/** The functions of `cloudflare:test`. */
export function evictionFunctions(load: LoadModule): object {
	const unsafe = async (caller: string): Promise<Unsafe> => {
		try {
			return ((await load("workerd:unsafe")) as { default: Unsafe }).default;
		} catch (cause) {
			throw new Error(
				`\`${caller}\` needs the flag \`unsafe_module\`, which is there when a test file, a setup file or what they import calls the function by its name.`,
				{ cause },
			);
		}
	};
	return {
		/** Ends the object as if it had been idle for long: what it stores stays, requests under way are waited for. */
		evictDurableObject: async (stub: unknown, options: EvictionOptions = {}) => {
			requireStub(stub, "evictDurableObject");
			await (await unsafe("evictDurableObject")).evict(stub, options);
		},
		/** Does the same with every object that runs, of the Worker under test or of a class bound to it. */
		evictAllDurableObjects: async (options: EvictionOptions = {}) => {
			await (await unsafe("evictAllDurableObjects")).evictAllDurableObjects(options);
		},
		/** Ends every object at once, whatever it is doing; what they store stays. */
		abortAllDurableObjects: async () => {
			await (await unsafe("abortAllDurableObjects")).abortAllDurableObjects();
		},
	};
}
