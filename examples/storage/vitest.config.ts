import { fileURLToPath } from "node:url";
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

export default defineConfig(async () => ({
  plugins: [
    cloudflareTest({
      wrangler: { configPath: "./wrangler.jsonc" },
      // Handed to the tests only; the deployed Worker has no such binding.
      miniflare: { bindings: { MIGRATIONS: await readD1Migrations(fileURLToPath(new URL("migrations", import.meta.url))) } },
    }),
  ],
  test: { setupFiles: ["./test/apply-migrations.ts"] },
}));
