import { SecretsStoreSecret } from "miniflare-secrets.js";

export class StoredSecret extends SecretsStoreSecret {
	constructor(ctx, env) {
		const { id, secret } = ctx.props;
		super(ctx, { store: env[`SECRETS_${id}`], secret_name: secret });
	}
}
