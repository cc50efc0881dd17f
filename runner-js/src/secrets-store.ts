/** Secrets Store as tests see it: what `binding.get()` reads, they can write. */

/** The method by which Miniflare's script gives its functions to administer a store. */
const ADMIN_API = "SecretsStoreSecret::admin_api";

interface SecretsStoreBinding {
	[ADMIN_API](): unknown;
}

export function adminSecretsStore(binding: unknown): unknown {
	// Every property of an RPC stub is a function; other bindings have none of that name.
	const store = binding as SecretsStoreBinding | null;
	if (typeof store !== "object" || typeof store?.[ADMIN_API] !== "function") {
		throw new TypeError("Failed to execute 'adminSecretsStore': parameter 1 is not a secrets store binding.");
	}
	return store[ADMIN_API]();
}
