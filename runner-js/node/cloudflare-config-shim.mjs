/**
 * Answers the packages that help to write a `cloudflare.config.ts`: `cf/config`, `@cloudflare/config` and
 * `wrangler/experimental-config`. What each helper makes is a plain object with a `type`; `cloudflare-config.mjs` reads them.
 */

/** On what a `define…` function returns: what it was given. */
export const DEFINITION = Symbol.for("wpt-gen.definition");

const kebab = (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** An object with a function for every type: `make.rateLimit({ … })` gives `{ type: "rate-limit", … }`. */
function builders(own = {}) {
	return new Proxy(own, {
		get: (target, name) =>
			typeof name === "string" ? (target[name] ?? ((options) => ({ type: kebab(name), ...options }))) : undefined,
	});
}

export const bindings = builders({
	text: (value) => ({ type: "text", value }),
	json: (value) => ({ type: "json", value }),
});
export const triggers = builders();
const exportBuilders = builders();
export { exportBuilders as exports };

const define = (config) => ({ [DEFINITION]: config });

/** Other Workers may refer to it in bindings: by the definition itself, or by what its methods return. */
export function defineWorker(config) {
	const definition = define(config);
	const bound = (type) => (options) => ({ type, worker: definition, ...options });
	return Object.assign(definition, { durableObject: bound("durable-object"), worker: bound("worker"), workflow: bound("workflow") });
}
export { define as defineConfig, define as defineContainer, define as defineSettings, define as defineWranglerConfig };
