// Miniflare's published simulator classes, all in one Worker. Each gets the `env` that its script expects.
{%- if "kv" in products %}
import { KVNamespaceObject as KVNamespace } from "miniflare-kv.js";
{%- endif %}
{%- if "d1" in products %}
import D1EntryWorker from "miniflare-d1-entry.js";
import { D1DatabaseObject as D1Database } from "miniflare-d1.js";
{%- endif %}

export { WptControl } from "control.js";
{%- if "kv" in products %}

export class KVNamespaceObject extends KVNamespace {}
{%- endif %}
{%- if "d1" in products %}

export class D1DatabaseObject extends D1Database {}

export class D1Entry extends D1EntryWorker {
	constructor(ctx, env) {
		super(ctx, { ...env, MINIFLARE_OBJECT: env.D1DatabaseObject });
	}
}
{%- endif %}

// A binding's `props` name the class and the namespace; Miniflare's objects read their name from `cf`.
export default {
	fetch(request, env, ctx) {
		const { class: className, name } = ctx.props;
		const namespace = env[className];
		return namespace.get(namespace.idFromName(name)).fetch(request, { cf: { miniflare: { name } } });
	},
};
