import { SendEmailBinding } from "miniflare-email.js";
import { loopback } from "loopback.js";

/** Nobody looks at what was sent. */
const store = { async storeSent() {} };

export class Email extends SendEmailBinding {
	constructor(ctx, _env) {
		const { destination, destinations, senders } = ctx.props;
		super(ctx, {
			destinationAddress: destination ?? undefined,
			allowedDestinationAddresses: destinations ?? undefined,
			allowedSenderAddresses: senders ?? undefined,
			MINIFLARE_LOOPBACK: loopback,
			MINIFLARE_EMAIL_STORE: store,
		});
	}
}
