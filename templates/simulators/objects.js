// The simulators' objects, by the slot that they belong to: what a slot forgets, all of them must forget.
import { slotOf } from "slots.js";

/** The request that ends an object. */
const END = "http://wpt/end";
/** What callers get whose request is cut off. */
const ENDED = "The request was ended, and the storage that it used was put back.";

/** By slot and id: every object that there ever was, because what it has stored outlives it. */
const slots = new Map();
/** By slot: of each frame of storage, the ids of the objects that did something in it. */
const frames = new Map();
/** By slot: the number of requests that are not answered. */
const requests = new Map();

const framesOf = (slot) => frames.get(slot) ?? [];

/** Notes that an object does something of its own accord. */
export function touch(id) {
	framesOf(slotOf(id.name)).at(-1)?.add(id.toString());
}

/** Counts a request to an object among those that are not answered. */
export async function answer(name, handle) {
	const slot = slotOf(name);
	requests.set(slot, (requests.get(slot) ?? 0) + 1);
	try {
		return await handle();
	} finally {
		requests.set(slot, requests.get(slot) - 1);
	}
}

/** The class `Base`, with objects that are known here; `pinned` ones stay in memory when they are idle. */
export function known(className, Base, pinned) {
	return class extends Base {
		#state;

		constructor(state, env) {
			super(state, env);
			this.#state = state;
			const slot = slotOf(state.id.name);
			const objects = slots.get(slot) ?? new Map();
			const namespace = env[className];
			slots.set(slot, objects.set(state.id.toString(), { className, namespace, pinned }));
			touch(state.id);
		}

		fetch(request) {
			const { id } = this.#state;
			if (request.url === END) this.#state.abort(ENDED);
			touch(id);
			return answer(id.name, () => super.fetch(request));
		}
	};
}

/** Whether objects of a slot still work on requests; who reads a response may take any time. */
export const areWorking = (slot) => requests.get(slot) > 0;

/** Ends objects of a slot: those that stay in memory, which workerd's own functions pass over, or the others. Each call ends with an error. */
async function end(slot, wanted) {
	const objects = [...(slots.get(slot) ?? [])].filter(([id, object]) => wanted(object, id));
	await Promise.allSettled(objects.map(([id, { namespace }]) => namespace.get(namespace.idFromString(id)).fetch(END)));
}

export const endPinned = (slot) => end(slot, ({ pinned }) => pinned);
export const endUnpinned = (slot) => end(slot, ({ pinned }) => !pinned);

export function pushFrame(slot) {
	frames.set(slot, [...framesOf(slot), new Set()]);
}

/** Ends the pinned objects that did something in the slot's last frame; the others go on. */
export async function popFrame(slot) {
	const touched = framesOf(slot).pop();
	if (touched?.size > 0) await end(slot, ({ pinned }, id) => pinned && touched.has(id));
}

/** The starts of the paths of what a slot's objects have stored. */
export const pathsOf = (slot) => [...(slots.get(slot) ?? [])].map(([id, { className }]) => `miniflare-${className}/${id}`);
