import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    resolveSnapshotPath: (path, extension) => path.replace("/test/", "/snapshots/") + extension,
    onUnhandledError: (error) => error.message !== "this one is known",
  },
});
