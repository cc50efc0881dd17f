import { fileURLToPath } from "node:url";
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

/** A module that is in no file. */
const release = {
  name: "release",
  resolveId: (id: string) => (id === "virtual:release" ? "\0virtual:release" : undefined),
  load: (id: string) =>
    id === "\0virtual:release"
      ? `import { WorkerEntrypoint } from "cloudflare:workers";
         export class Release extends WorkerEntrypoint { version() { return "1.2.3"; } }`
      : undefined,
};

export default defineConfig({
  // As in the wrangler file.
  resolve: { alias: { "shop:reports": fileURLToPath(new URL("src/reports.ts", import.meta.url)) } },
  plugins: [
    release,
    cloudflareTest({
      wrangler: { configPath: "./wrangler.jsonc" },
      miniflare: {
        workers: [
          {
            name: "prices",
            compatibilityDate: "2026-01-01",
            modules: [
              {
                type: "ESModule",
                path: "prices.mjs",
                contents: `export default {
                  async fetch(request) {
                    const { pathname } = new URL(request.url);
                    console.log("asked for the price of", pathname.slice(1));
                    return Response.json(pathname.length);
                  },
                };`,
              },
            ],
          },
        ],
      },
    }),
  ],
});
