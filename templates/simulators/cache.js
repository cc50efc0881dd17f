import { WorkerEntrypoint } from "cloudflare:workers";

export { CacheObject } from "miniflare-cache.js";

export class Cache extends WorkerEntrypoint {
	fetch(request) {
		const opened = request.headers.get("cf-cache-namespace");
		const name = `${opened === null ? "default" : `named:${opened}`}${this.ctx.props.id}`;
		const namespace = this.env.CacheObject;
		return namespace.get(namespace.idFromName(name)).fetch(request, { cf: { ...request.cf, miniflare: { name } } });
	}
}
