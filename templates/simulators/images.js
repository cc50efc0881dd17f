import ImagesService from "miniflare-images.js";
import { loopback } from "loopback.js";

export class Images extends ImagesService {
	constructor(ctx, env) {
		super(ctx, { IMAGES_STORE: env[`IMAGES_${ctx.props.id}`], MINIFLARE_LOOPBACK: loopback });
	}
}
