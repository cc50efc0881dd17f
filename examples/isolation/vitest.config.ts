import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

export default defineConfig({
  // In configs of the older generation: `isolatedStorage: true` in `test.poolOptions.workers`.
  plugins: [cloudflareTest({ wrangler: { configPath: "./wrangler.jsonc" }, isolation: "test" })],
});
