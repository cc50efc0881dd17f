import { FlagshipBinding } from "miniflare-flagship.js";

export { FlagshipObject } from "miniflare-flagship-object.js";

export class Flagship extends FlagshipBinding {
	constructor(ctx, env) {
		// The script finds an app's flags by its id, which is the slot's own.
		const props = { appId: ctx.props.id, accountTag: "local" };
		super(Object.create(ctx, { props: { value: props } }), { store: env.FlagshipObject });
	}
}
