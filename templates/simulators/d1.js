import Entry from "miniflare-d1-entry.js";

export { D1DatabaseObject } from "miniflare-d1.js";

export class D1Entry extends Entry {
	constructor(ctx, env) {
		super(ctx, { ...env, MINIFLARE_OBJECT: env.D1DatabaseObject });
	}
}
