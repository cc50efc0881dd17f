import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [
    cloudflareTest({
      wrangler: { configPath: "./wrangler.jsonc" },
      miniflare: {
        // Batches need not wait for seconds in tests.
        queueConsumers: {
          prints: { maxBatchSize: 3, maxBatchTimeout: 0.05, maxRetries: 1, deadLetterQueue: "misprints" },
          misprints: { maxBatchTimeout: 0.05 },
          scans: { maxBatchSize: 10, maxBatchTimeout: 0.05 },
          pickups: { maxBatchSize: 10, maxBatchTimeout: 0.05 },
        },
        workers: [
          {
            name: "office",
            modules: true,
            scriptPath: "./office/index.js",
            compatibilityDate: "2026-01-01",
            kvNamespaces: { SHELF: "shelf" },
            queueConsumers: { invoices: { maxBatchTimeout: 0.05, retryDelay: 1 } },
          },
        ],
      },
    }),
  ],
});
