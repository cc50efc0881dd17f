import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [
    cloudflareTest({
      wrangler: { configPath: "./wrangler.jsonc" },
      miniflare: {
        workers: [
          {
            name: "hotel",
            modules: true,
            scriptPath: "./hotel/index.js",
            compatibilityDate: "2026-01-01",
            kvNamespaces: { LEDGER: "ledger" },
            workflows: { CLEANING: { name: "cleaning", className: "Cleaning" } },
          },
        ],
      },
    }),
  ],
});
