// Writes a project of any number of test files with five tests each; the same arguments give the same bytes.
//   node bench/generate.mjs <files> <folder>
// Each file tests a module of its own, the handler by direct call, the running Worker, and KV, under keys of its own, so that
// the suite passes with and without isolation.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";

export const testsPerFile = 5;

const number = (index) => String(index).padStart(3, "0");

const unit = (index) => `/** The ${index}th of many small modules. */
export interface Line {
  price: number;
  count: number;
}

export function total(lines: readonly Line[]): number {
  return lines.reduce((sum, line) => sum + line.price * line.count, ${index});
}

export function label(name: string): string {
  return \`${number(index)}:\${name.trim().toLowerCase()}\`;
}
`;

const test = (index) => `import { createExecutionContext, SELF, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import worker from "../src/index";
import { label, total, type Line } from "../src/units/unit-${number(index)}";

describe("unit ${number(index)}", () => {
  it("adds up", () => {
    const lines: Line[] = [{ price: ${index + 2}, count: 2 }, { price: 10, count: 1 }];
    expect(total(lines)).toBe(${index + 2 * (index + 2) + 10});
  });

  it("labels", () => {
    expect(label("  Name ")).toBe("${number(index)}:name");
    expect([label("A"), label("B")]).toEqual(["${number(index)}:a", "${number(index)}:b"]);
  });

  it("answers a direct call", async () => {
    const ctx = createExecutionContext();
    const request = new Request<unknown, IncomingRequestCfProperties>("https://bench.test/greet/${number(index)}");
    const response = await worker.fetch(request, env, ctx);
    await waitOnExecutionContext(ctx);
    expect(await response.text()).toBe("Hello, ${number(index)}!");
  });

  it("answers a request", async () => {
    const response = await SELF.fetch("https://bench.test/greet/${number(index)}");
    expect(response.status).toBe(200);
    expect(await response.text()).toBe("Hello, ${number(index)}!");
  });

  it("stores and reads", async () => {
    const url = "https://bench.test/items/${number(index)}";
    expect((await SELF.fetch(url)).status).toBe(404);
    expect((await SELF.fetch(url, { method: "PUT", body: "value ${index}" })).status).toBe(204);
    expect(await env.ITEMS.get("${number(index)}")).toBe("value ${index}");
  });
});
`;

const fixed = {
  "package.json": `${JSON.stringify(
    { name: "bench-project", version: "0.0.0", private: true, type: "module", devDependencies: { vitest: "5.1.1" } },
    null,
    2,
  )}\n`,
  "wrangler.jsonc": `{
  "name": "bench",
  "main": "src/index.ts",
  "compatibility_date": "2025-11-01",
  "vars": { "GREETING": "Hello" },
  "kv_namespaces": [{ "binding": "ITEMS", "id": "items" }],
}
`,
  "vitest.config.ts": `import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [cloudflareTest({ wrangler: { configPath: "./wrangler.jsonc" } })],
});
`,
  "src/env.d.ts": `declare namespace Cloudflare {
  interface Env {
    GREETING: string;
    ITEMS: KVNamespace;
  }
}

interface Env extends Cloudflare.Env {}
`,
  "src/index.ts": `export default {
  async fetch(request, env, _ctx) {
    const [, what, name = ""] = new URL(request.url).pathname.split("/");
    if (what === "greet") {
      return new Response(\`\${env.GREETING}, \${name}!\`);
    }
    if (what === "items" && request.method === "PUT") {
      await env.ITEMS.put(name, await request.text());
      return new Response(null, { status: 204 });
    }
    const value = what === "items" ? await env.ITEMS.get(name) : null;
    return value === null ? new Response("Not found", { status: 404 }) : new Response(value);
  },
} satisfies ExportedHandler<Env>;
`,
};

/** Writes the project with `files` test files into `folder`, which may exist. */
export function generateProject(files, folder) {
  const write = (path, text) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  for (const [path, text] of Object.entries(fixed)) {
    write(path, text);
  }
  for (let index = 0; index < files; index++) {
    write(`src/units/unit-${number(index)}.ts`, unit(index));
    write(`test/unit-${number(index)}.test.ts`, test(index));
  }
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const [files, folder] = argv.slice(2);
  if (!(Number.parseInt(files, 10) > 0) || folder === undefined) {
    console.error("usage: node bench/generate.mjs <files> <folder>");
    process.exit(2);
  }
  generateProject(Number.parseInt(files, 10), folder);
}
