/** Configs of the older generation. Nothing here is run. */
import { defineWorkersConfig, defineWorkersProject, readD1Migrations } from "@cloudflare/vitest-pool-workers/config";
import * as newer from "@cloudflare/vitest-pool-workers";

export const plain = defineWorkersConfig({
	test: {
		include: ["test/**/*.test.ts"],
		poolOptions: {
			workers: {
				singleWorker: true,
				isolatedStorage: false,
				wrangler: { configPath: "./wrangler.toml" },
				miniflare: { kvNamespaces: ["NOTES"] },
			},
		},
	},
});

export const computed = defineWorkersProject(async () => ({
	test: { poolOptions: { workers: { miniflare: { bindings: { MIGRATIONS: JSON.stringify(await readD1Migrations("migrations")) } } } } },
}));

export const injected = defineWorkersConfig({
	test: { poolOptions: { workers: ({ inject }) => ({ miniflare: { bindings: { PORT: inject("port") } } }) } },
});

// @ts-expect-error: an option that is not known.
defineWorkersConfig({ test: { poolOptions: { workers: { isolateStorage: true } } } });

export const plugin = newer.cloudflareTest({});
