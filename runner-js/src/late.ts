/**
 * Stand-ins for instances of the main module's classes, for when workerd needs one before the module is evaluated: at the
 * top level of a test file, and after `vi.resetModules()`.
 */

export type Class = new (ctx: any, env: any) => object;

type Methods = Record<PropertyKey, unknown>;

const OBJECT_HANDLERS = ["fetch", "alarm", "webSocketMessage", "webSocketClose", "webSocketError"];
/** workerd does nothing for these events if the class has no handler. */
const OPTIONAL_HANDLERS = new Set(["webSocketMessage", "webSocketClose", "webSocketError"]);
const ENTRYPOINT_HANDLERS = new Set(["fetch", "scheduled", "queue", "email", "tail", "trace", "tailStream", "connect", "test", "run"]);

function callHandler(instance: object | undefined, event: string, args: unknown[]): unknown {
	const handle = (instance as Methods | undefined)?.[event];
	if (typeof handle === "function") return handle.apply(instance, args);
	if (OPTIONAL_HANDLERS.has(event)) return undefined;
	throw new TypeError(`Handler does not export a ${event}() function.`);
}

/**
 * Stands for a Durable Object that does not exist yet. workerd delivers nothing before it does, but looks at once which
 * handlers there are: so all are. Methods are looked up when they are called.
 */
export function lateObject(placeholder: object, get: () => object | undefined): object {
	const handlers: Methods = {};
	for (const event of OBJECT_HANDLERS) handlers[event] = (...args: unknown[]) => callHandler(get(), event, args);
	const target = () => get() ?? placeholder;
	return new Proxy(placeholder, {
		get: (_, key) => {
			const instance = get();
			if (!instance) return handlers[key] ?? Reflect.get(placeholder, key);
			const value = Reflect.get(instance, key);
			return typeof value === "function" ? value.bind(instance) : value;
		},
		has: (_, key) => Reflect.has(target(), key) || Object.hasOwn(handlers, key),
		getPrototypeOf: () => Reflect.getPrototypeOf(target()),
		getOwnPropertyDescriptor: (_, key) => {
			const descriptor = Reflect.getOwnPropertyDescriptor(target(), key);
			return descriptor && { ...descriptor, configurable: true };
		},
		ownKeys: () => Reflect.ownKeys(target()),
	});
}

/** Stands for an entrypoint that does not exist yet: a request to it is answered when it does. */
export function lateEntrypoint(placeholder: object, instance: Promise<object>): object {
	// Each use of the entrypoint gets the error.
	instance.catch(() => {});
	return new Proxy(placeholder, {
		get(target, key) {
			if (typeof key === "symbol" || key === "then" || key === "constructor") return Reflect.get(target, key);
			if (ENTRYPOINT_HANDLERS.has(key)) return async (...args: unknown[]) => callHandler(await instance, key, args);
			return lateProperty(instance, key);
		},
	});
}

/**
 * What RPC finds under a name. Whether that is a method or a property is not known yet: called, this passes the call
 * on; awaited, as workerd does with a property, it is the property's value.
 */
function lateProperty(instance: Promise<object>, key: string): unknown {
	const value = instance.then((object): unknown => {
		const isOwn = Object.hasOwn(object, key);
		const found: unknown = Reflect.get(object, key);
		if (isOwn || !Reflect.has(object, key)) throw new TypeError(`The RPC receiver does not implement the method "${key}".`);
		return typeof found === "function" ? found.bind(object) : found;
	});
	value.catch(() => {});
	const call = async (...args: unknown[]) => {
		const method = await value;
		if (typeof method !== "function") throw new TypeError(`"${key}" is not a function.`);
		return method(...args);
	};
	return Object.assign(call, { then: value.then.bind(value) });
}

/** What workerd can reach of an object whose class has no RPC: its handlers, and the methods named. */
export function withHandlersOnly(instance: object, methods: string[]): object {
	const prototype: Methods = {};
	for (const name of [...OBJECT_HANDLERS, ...methods]) {
		const method = (instance as Methods)[name];
		if (typeof method === "function") prototype[name] = method.bind(instance);
	}
	return Object.create(prototype);
}
