/** What Vitest configs write compiles, and options that the reader would refuse do not. Nothing here is run. */
import { buildPagesASSETSBinding, cloudflarePool, cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { kCurrentWorker, Request as MiniflareRequest, Response as MiniflareResponse } from "miniflare";
import { defineConfig } from "vitest/config";
import * as ours from "wpt-gen/vitest";

export const plain = defineConfig({
	plugins: [
		cloudflareTest({
			main: "./src/index.ts",
			wrangler: { configPath: "./wrangler.jsonc", environment: "staging" },
			auxiliaryWorkers: [{ configPath: "../shop/wrangler.jsonc" }],
			additionalExports: { Room: "DurableObject" },
			remoteBindings: false,
			isolation: "test",
			miniflare: {
				rootPath: "..",
				compatibilityDate: "2026-08-04",
				compatibilityFlags: ["nodejs_compat"],
				modulesRules: [{ type: "Text", include: ["**/*.md"] }],
				bindings: { GREETING: "Hello", LIMITS: { most: [1, null] } },
				kvNamespaces: ["NOTES"],
				d1Databases: { DB: "id", OTHER: { id: "other" } },
				r2Buckets: { FILES: "files" },
				durableObjects: { ROOMS: "Room", LEDGERS: { className: "Ledger", useSQLite: true, scriptName: "bank" } },
				queueProducers: { ORDERS: { queueName: "orders", deliveryDelay: 1 } },
				queueConsumers: { orders: { maxBatchTimeout: 0.05, deadLetterQueue: "failed" } },
				workflows: { SHIPPING: { name: "shipping", className: "Shipping" } },
				ratelimits: { LIMIT: { simple: { limit: 10, period: 60 } } },
				hyperdrives: { POSTGRES: new URL("postgres://user:password@localhost/db") },
				email: { send_email: [{ name: "MAIL", destination_address: "ada@example.com" }] },
				assets: { directory: "./public", binding: "ASSETS", assetConfig: { not_found_handling: "404-page" } },
				serviceBindings: {
					SELF: kCurrentWorker,
					NAMED: { name: kCurrentWorker, entrypoint: "Named", props: { admin: true } },
					FUNCTION: (request) => new Response(request.headers.get("accept")),
					MINIFLARES: async (request: MiniflareRequest) => new MiniflareResponse(await request.text()),
					SERVER: { external: { address: "localhost:8080" } },
					FOLDER: { disk: { path: "./data", writable: true } },
				},
				outboundService: () => new MiniflareResponse("offline"),
				workers: [
					{
						name: "bank",
						modules: [{ type: "ESModule", path: "bank.js", contents: "export class Ledger {}" }],
						outboundService: "shop",
					},
				],
			},
		}),
	],
});

export const computed = defineConfig(async () => {
	const migrations = await readD1Migrations({ projectPath: ".", migrationsPattern: "migrations/*/migration.sql" });
	const ASSETS = await buildPagesASSETSBinding("public");
	return {
		plugins: [
			cloudflareTest(async ({ inject }) => {
				const port: number = inject("port");
				// @ts-expect-error: nothing is provided by this name.
				inject("prot");
				return { miniflare: { bindings: { MIGRATIONS: JSON.stringify(migrations), PORT: port }, serviceBindings: { ASSETS } } };
			}),
		],
	};
});

export const pool = defineConfig({ test: { pool: cloudflarePool({ config: true, verbose: false }) } });

// @ts-expect-error: an option that is not known.
cloudflareTest({ mian: "./src/index.ts" });
// @ts-expect-error: the file's path is `wrangler.configPath`.
cloudflareTest({ wrangler: "./wrangler.jsonc" });
// @ts-expect-error: not one of the choices.
cloudflareTest({ isolation: "suite" });
// @ts-expect-error: no kind of export.
cloudflareTest({ additionalExports: { Room: "Class" } });
// @ts-expect-error: an auxiliary Worker needs a name.
cloudflareTest({ miniflare: { workers: [{ scriptPath: "bank.js" }] } });
// @ts-expect-error: a class has a name.
cloudflareTest({ miniflare: { durableObjects: { ROOMS: { useSQLite: true } } } });
// @ts-expect-error: not one of the choices.
cloudflareTest({ miniflare: { assets: { directory: "public", assetConfig: { html_handling: "auto" } } } });
// @ts-expect-error: a period is 10 or 60 seconds.
cloudflareTest({ miniflare: { ratelimits: { LIMIT: { simple: { limit: 1, period: 30 } } } } });
// @ts-expect-error: a function that answers with text.
cloudflareTest({ miniflare: { outboundService: () => "offline" } });

/** Under Vitest itself, by the package's own name. */
export const underVitest = defineConfig({
	plugins: [ours.cloudflareTest(async () => ({ miniflare: { bindings: { MIGRATIONS: [] } } }))],
	test: { pool: ours.cloudflarePool({ main: "./src/index.ts" }) },
});
// @ts-expect-error a path is a text
ours.cloudflareTest({ main: 1 });
