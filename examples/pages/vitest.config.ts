import path from "node:path";
import { buildPagesASSETSBinding, cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [
    cloudflareTest(async () => ({
      miniflare: {
        compatibilityDate: "2026-08-04",
        kvNamespaces: ["VIEWS"],
        serviceBindings: { ASSETS: await buildPagesASSETSBinding(path.join(import.meta.dirname, "public")) },
      },
    })),
  ],
});
