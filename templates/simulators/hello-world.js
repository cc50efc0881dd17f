import { HelloWorldBinding } from "miniflare-hello-world.js";
import { inSlot } from "slots.js";

export { HelloWorldObject } from "miniflare-hello-world-object.js";

export class HelloWorld extends HelloWorldBinding {
	constructor(ctx, env) {
		const { id, timer } = ctx.props;
		super(ctx, { store: inSlot(env.HelloWorldObject, `/${id}`), config: { enable_timer: timer } });
	}
}
