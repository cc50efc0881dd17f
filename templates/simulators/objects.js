// The simulators' objects, by the slot that they belong to: what a slot forgets, all of them must forget.
import { slotOf } from "slots.js";

/** The request that ends an object. */
const END = "http://wpt/end";

/** By slot and id: every object that there ever was, because what it has stored outlives it. */
const slots = new Map();

const objectsOf = (slot) => [...(slots.get(slot) ?? [])].map(([id, object]) => ({ id, ...object }));

/** The class `Base`, with objects that are known here; `pinned` ones stay in memory when they are idle. */
export function known(className, Base, pinned) {
	return class extends Base {
		#state;

		constructor(state, env) {
			super(state, env);
			this.#state = state;
			const slot = slotOf(state.id.name);
			const objects = slots.get(slot) ?? new Map();
			slots.set(slot, objects.set(state.id.toString(), { className, pinned }));
		}

		fetch(request) {
			if (request.url === END) this.#state.abort("The storage was reset.");
			return super.fetch(request);
		}
	};
}

/** Ends a slot's objects that stay in memory, which workerd's own functions pass over. Each call ends with an error. */
export async function endPinned(env, slot) {
	const pinned = objectsOf(slot).filter((object) => object.pinned);
	const end = ({ className, id }) => env[className].get(env[className].idFromString(id)).fetch(END);
	await Promise.allSettled(pinned.map(end));
}

/** Forgets a slot's objects, and gives the starts of the paths of what they have stored. */
export function forget(slot) {
	const paths = objectsOf(slot).map(({ className, id }) => `miniflare-${className}/${id}`);
	slots.delete(slot);
	return paths;
}
