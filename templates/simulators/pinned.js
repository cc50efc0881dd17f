// Objects that stay in memory: workerd's `deleteAllDurableObjects` passes over them, so that they must be told to forget.

const forgets = new Map();

/** `forget` ends the object; it is called outside of the object. */
export const pin = (id, forget) => forgets.set(id.toString(), forget);

/** Ends all of them. Each call ends with an error: the object that would answer is gone. */
export async function forgetAll() {
	const all = [...forgets.values()];
	forgets.clear();
	await Promise.allSettled(all.map((forget) => forget()));
}
