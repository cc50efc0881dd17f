import { StreamBinding } from "miniflare-stream.js";
import { loopback } from "loopback.js";
import { inSlot } from "slots.js";

export { StreamObject } from "miniflare-stream-object.js";

export class Stream extends StreamBinding {
	constructor(ctx, env) {
		super(ctx, { store: inSlot(env.StreamObject, `/${ctx.props.id}`), MINIFLARE_LOOPBACK: loopback });
	}
}
