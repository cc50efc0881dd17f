import { cloudflareTest } from "@cloudflare/vitest-plugin";
import tsconfigPaths from "vite-tsconfig-paths";
import { defineConfig } from "vitest/config";
import { release } from "./plugins/release";
import { svg } from "./plugins/svg";

export default defineConfig({
	plugins: [cloudflareTest({ wrangler: { configPath: "./wrangler.jsonc" } }), tsconfigPaths(), release(), svg()],
});
