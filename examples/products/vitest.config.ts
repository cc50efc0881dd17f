import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [
    cloudflareTest({
      // Products that only Cloudflare has stay there.
      remoteBindings: false,
      wrangler: { configPath: "./wrangler.jsonc" },
      // Batches need not wait for a full second in tests.
      miniflare: { queueConsumers: { orders: { maxBatchSize: 2, maxBatchTimeout: 0.05, maxRetries: 1, deadLetterQueue: "failed-orders" }, "failed-orders": { maxBatchTimeout: 0.05 } } },
    }),
  ],
});
