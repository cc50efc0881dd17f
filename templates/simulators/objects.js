// The simulators' objects, by the slot that they belong to: what a slot forgets, all of them must forget.
import { slotOf } from "slots.js";

/** The request that ends an object. */
const END = "http://wpt/end";
/** What callers get whose request is cut off. */
const ENDED = "The request was ended, and the storage that it used was put back.";

/** By slot and id: every object that there ever was, because what it has stored outlives it. */
const slots = new Map();
/** By slot: of each frame of storage, the ids of the objects that did something in it, and what is not in files. */
const frames = new Map();
/** By slot: the number of requests that are not answered. */
const requests = new Map();

const framesOf = (slot) => frames.get(slot) ?? [];

/** Notes that an object does something of its own accord. */
export function touch(id) {
	framesOf(slotOf(id.name)).at(-1)?.touched.add(id.toString());
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
			const { name } = state.id;
			const slot = slotOf(name);
			const objects = slots.get(slot) ?? new Map();
			const stub = () => env[className].get(env[className].idFromName(name));
			slots.set(slot, objects.set(state.id.toString(), { className, stub, pinned, isRunning: true }));
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

/** Ends objects of a slot. Each call ends with an error. */
async function end(slot, isWanted) {
	const objects = [...(slots.get(slot) ?? [])].filter(([id, object]) => object.isRunning && isWanted(object, id));
	const ended = objects.map(([, object]) => {
		object.isRunning = false;
		return object.stub().fetch(END);
	});
	await Promise.allSettled(ended);
}

/** Ends those that stay in memory, which workerd's own functions pass over, for good. */
export function endPinned(slot) {
	for (const [id, { className }] of slots.get(slot) ?? []) keepers.get(className)?.forget?.(id);
	return end(slot, ({ pinned }) => pinned);
}

/** Ends the others. */
export const endUnpinned = (slot) => end(slot, ({ pinned }) => !pinned);

/** What has to be done for pinned objects of a class besides putting their files back. */
const keepers = new Map();

/** `save` gives what a class has in memory, `putBack` gives it to an object that has ended, `forget` drops what one has. */
export function onFrames({ className, save, putBack, forget }) {
	keepers.set(className, { save, putBack, forget });
}

export function pushFrame(slot) {
	const ids = [...(slots.get(slot)?.keys() ?? [])];
	const saved = new Map([...keepers].map(([className, { save }]) => [className, save(ids)]));
	frames.set(slot, [...framesOf(slot), { touched: new Set(), saved }]);
}

/** Ends the pinned objects that did something in the slot's last frame; the others go on. Gives what `putBack` needs. */
export async function popFrame(slot) {
	const { touched = new Set(), saved } = framesOf(slot).pop() ?? {};
	const isEnded = ({ pinned }, id) => pinned && touched.has(id);
	if (touched.size > 0) await end(slot, isEnded);
	const ended = [...(slots.get(slot) ?? [])].filter(([id, object]) => isEnded(object, id));
	return { ended, saved };
}

/** Goes on with pinned objects that were ended, as they were when the frame was opened. */
export async function putBack({ ended, saved }) {
	const all = ended.map(([id, { className, stub }]) => keepers.get(className)?.putBack(id, stub(), saved.get(className)));
	await Promise.all(all);
}

/** The starts of the paths of what a slot's objects have stored. */
export const pathsOf = (slot) => [...(slots.get(slot) ?? [])].map(([id, { className }]) => `miniflare-${className}/${id}`);

/** Forgets a slot's objects, when nothing is left of what they have stored. */
export function forget(slot) {
	slots.delete(slot);
	frames.delete(slot);
}
