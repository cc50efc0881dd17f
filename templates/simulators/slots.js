// Every slot has state of its own: ids end in `@` and the slot's name.

/** The user's id, and what the slot adds to it. */
export function split(id) {
	const at = id.lastIndexOf("@");
	return at < 0 ? { name: id, slot: "" } : { name: id.slice(0, at), slot: id.slice(at) };
}

/** The slot in an object's name: at its end, or before the instance of a workflow. */
export function slotOf(name) {
	const [slot] = split(name).slot.split("/", 1);
	return slot;
}

/** A namespace in which every name is the slot's own. */
export function inSlot(namespace, slot) {
	return {
		idFromName: (name) => namespace.idFromName(`${name}${slot}`),
		idFromString: (id) => namespace.idFromString(id),
		get: (id) => namespace.get(id),
	};
}
