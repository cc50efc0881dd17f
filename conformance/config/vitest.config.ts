import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    globals: true,
    testTimeout: 300,
    hookTimeout: 300,
    teardownTimeout: 300,
    setupFiles: ["./setup/first.ts", "./setup/second.ts"],
    globalSetup: ["./setup/global.ts"],
    provide: { fromConfig: { list: [1, 2] } },
    sequence: { hooks: "list", setupFiles: "list" },
    env: { CONFIGURED: "yes" },
    include: ["test/**/*.test.ts"],
    exclude: ["test/excluded/**"],
    clearMocks: true,
    unstubEnvs: true,
    fakeTimers: { now: 1_000, toFake: ["Date"] },
  },
});
