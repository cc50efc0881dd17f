import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    setupFiles: ["./setup.ts"],
    expect: { poll: { interval: 10, timeout: 60 } },
    chaiConfig: { truncateThreshold: 60 },
    diff: { aAnnotation: "Wanted", bAnnotation: "Found" },
    snapshotSerializers: ["./serializer.ts"],
  },
});
