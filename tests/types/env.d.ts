declare namespace Cloudflare {
	interface Env {
		ASSETS: Fetcher;
		DB: D1Database;
		COUNTERS: DurableObjectNamespace<import("./cloudflare-test").Counter>;
		TOKEN: SecretsStoreSecret;
		ORDERS: Workflow<{ item: string }>;
	}
}

declare module "cloudflare:test" {
	interface ProvidedEnv {
		NOTES: KVNamespace;
	}
}

declare module "vitest" {
	interface ProvidedContext {
		port: number;
	}
}
