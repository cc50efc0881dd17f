import { defineConfig } from "vitest/config";

export default defineConfig({
  define: { __VERSION__: JSON.stringify("1.2.3"), "import.meta.env.BUILT": "42", __FLAGS__: { a: true } },
  resolve: {
    alias: [
      { find: "@lib", replacement: new URL("./src/lib", import.meta.url).pathname },
      { find: /^~(.+)\?$/, replacement: "/src/$1" },
    ],
  },
  test: {
    alias: { "@answer": new URL("./src/lib/answer.ts", import.meta.url).pathname },
    env: { FROM_CONFIG: "yes", VITE_FROM_CONFIG: "also" },
    includeSource: ["src/**/*.ts"],
  },
});
