import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { includeTaskLocation: true, retry: 0, maxConcurrency: 2, testTimeout: 2000 },
});
