import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

const compatibilityDate = "2026-01-01";
const compatibilityFlags = ["streaming_tail_worker", "experimental"];

export default defineConfig({
  plugins: [
    cloudflareTest({
      wrangler: { configPath: "./wrangler.jsonc" },
      miniflare: {
        serviceBindings: { STAMPS: "stamps", CARRIER: { name: "carrier", entrypoint: "Carrier", props: { country: "NL" } } },
        outboundService: "customs",
        workers: [
          {
            name: "stamps",
            modules: true,
            compatibilityDate,
            script: `let sold = 0; export default { fetch: () => new Response(String(++sold)) };`,
          },
          {
            name: "carrier",
            modules: true,
            compatibilityDate,
            compatibilityFlags,
            scriptPath: "./test/carrier.ts",
            serviceBindings: { POST_OFFICE: "post-office" },
            streamingTails: [{ name: "post-office", entrypoint: "Journal" }],
          },
          { name: "customs", modules: true, compatibilityDate, scriptPath: "./test/customs.ts" },
        ],
      },
    }),
  ],
});
