import ImagesService from "miniflare-images.js";
import { loopback } from "loopback.js";

/** The header with which Miniflare's script asks for an image to be decoded. */
const DECODE = "MF-Custom-Fetch-Service";

export class Images extends ImagesService {
	constructor(ctx, env) {
		super(ctx, { IMAGES_STORE: env[`IMAGES_${ctx.props.id}`], MINIFLARE_LOOPBACK: withDecoder(env.IMAGES_NODE) });
	}
}

/** `node` decodes images; it is there while tests run, if the project has what it takes. */
function withDecoder(node) {
	if (!node) return loopback;
	return {
		async fetch(input, init) {
			const request = new Request(input, init);
			return request.headers.has(DECODE) ? node.fetch(request) : loopback.fetch(request);
		},
	};
}
