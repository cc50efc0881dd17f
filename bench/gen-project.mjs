// Writes the project that `bench/gen.mjs` compiles: 200 modules in layers, Durable Objects and entrypoints among them, 30 test
// files and a handful of npm packages. The same arguments give the same bytes.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

export const modules = 200;
export const testFiles = 30;

const layers = 8;
const dependencies = { "date-fns": "4.1.0", hono: "4.10.4", jose: "6.1.0", nanoid: "5.1.6", zod: "4.1.12" };

const number = (index) => String(index).padStart(3, "0");
/** The others are the main module, the schemas, and the classes with the module that lists some of them. */
const units = modules - 13;
const layerOf = (index) => index % layers;
export const unitPath = (index) => `src/layer-${layerOf(index)}/unit-${number(index)}.ts`;

/** Imports two units of the layer below, by a relative path and by the tsconfig's alias. */
function unit(index) {
  const below = layerOf(index) === 0 ? [] : [index - 1, index - 1 + layers].filter((other) => other < units);
  const imports = below.map((other, place) => {
    const path = `layer-${layerOf(other)}/unit-${number(other)}`;
    return `import { total as total${other} } from "${place === 0 ? "../" : "@/"}${path}";`;
  });
  const sum = [String(index), ...below.map((other) => `total${other}(lines)`)].join(" + ");
  return `${imports.join("\n")}
import { lineSchema, type Line } from "../schemas";

const limits: Record<string, number> = { small: ${index + 1}, large: ${index + 100} };

/** Sums what is below, and its own lines. */
export function total(lines: readonly Line[]): number {
  let sum = ${sum};
  for (const line of lines) {
    const { price, count } = lineSchema.parse(line);
    if (count > limits.large) {
      throw new RangeError(\`\${count} is more than \${limits.large}\`);
    }
    sum += price * count;
  }
  return sum;
}

export class Basket${number(index)} {
  readonly #lines: Line[] = [];

  add(line: Line): this {
    this.#lines.push(line);
    return this;
  }

  get total(): number {
    return total(this.#lines);
  }
}

export const label = (name: string): string => \`${number(index)}:\${name.trim().toLowerCase()}\`;
`;
}

const counter = (index) => `import { DurableObject } from "cloudflare:workers";
import { label } from "../${unitPath(index).slice(4, -3)}";

export class Counter${index} extends DurableObject<Env> {
  async increment(by = 1): Promise<number> {
    const value = ((await this.ctx.storage.get<number>(label("count"))) ?? 0) + by;
    await this.ctx.storage.put(label("count"), value);
    return value;
  }
}
`;

const entrypoint = (index) => `import { WorkerEntrypoint } from "cloudflare:workers";
import { total } from "../${unitPath(index).slice(4, -3)}";

export class Prices${index} extends WorkerEntrypoint<Env> {
  price(count: number): number {
    return total([{ price: ${index}, count }]);
  }
}
`;

const test = (index) => `import { describe, expect, it } from "vitest";
import { Basket${number(index)}, label, total } from "../${unitPath(index).slice(0, -3)}";

describe("unit ${number(index)}", () => {
  it("adds up", () => {
    const empty = total([]);
    expect(total([{ price: 3, count: 2 }])).toBe(empty + 6);
    expect(new Basket${number(index)}().add({ price: 3, count: 2 }).total).toBe(empty + 6);
  });

  it("labels", () => {
    expect(label(" Name ")).toBe("${number(index)}:name");
  });
});
`;

const counters = [1, 2, 3, 4, 5];
const entrypoints = [1, 2, 3, 4, 5];

function main() {
  const top = Array.from({ length: units }, (_, index) => index).filter((index) => layerOf(index) === layers - 1);
  const last = Array.from({ length: units - top.length }, (_, index) => index).filter((index) => index >= units - layers);
  const used = [...new Set([...top, ...last])];
  return `import { formatISO } from "date-fns";
import { Hono } from "hono";
import { decodeJwt } from "jose";
import { nanoid } from "nanoid";
${used.map((index) => `import { total as total${index} } from "./${unitPath(index).slice(4, -3)}";`).join("\n")}

export * from "./objects";
${entrypoints.map((index) => `export { Prices${index} } from "./entrypoints/prices-${index}";`).join("\n")}

const app = new Hono<{ Bindings: Env }>();
app.get("/id", (c) => c.text(nanoid()));
app.get("/now", (c) => c.text(formatISO(new Date(0))));
app.get("/who", (c) => c.json(decodeJwt(c.req.query("token") ?? "")));
app.get("/total", (c) => c.json([${used.map((index) => `total${index}([])`).join(", ")}]));

export default app;
`;
}

const fixed = {
  "package.json": `${JSON.stringify({ name: "bench-gen", version: "0.0.0", private: true, type: "module", dependencies }, null, 2)}\n`,
  "tsconfig.json": `${JSON.stringify({ compilerOptions: { target: "es2024", module: "esnext", moduleResolution: "bundler", strict: true, paths: { "@/*": ["./src/*"] } } }, null, 2)}\n`,
  "wrangler.jsonc": `{
  "name": "bench-gen",
  "main": "src/index.ts",
  "compatibility_date": "2025-11-01",
  "vars": { "GREETING": "Hello" },
  "kv_namespaces": [{ "binding": "ITEMS", "id": "items" }],
  "durable_objects": {
    "bindings": [${counters.map((index) => `{ "name": "COUNTER_${index}", "class_name": "Counter${index}" }`).join(", ")}],
  },
  "migrations": [{ "tag": "v1", "new_sqlite_classes": [${counters.map((index) => `"Counter${index}"`).join(", ")}] }],
}
`,
  "vitest.config.ts": `import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [cloudflareTest({ wrangler: { configPath: "./wrangler.jsonc" } })],
});
`,
  "src/index.ts": main(),
  "src/schemas.ts": `import { z } from "zod";

export const lineSchema = z.object({ price: z.number(), count: z.number().int() });
export type Line = z.infer<typeof lineSchema>;
`,
  "src/objects.ts": counters.map((index) => `export * from "./objects/counter-${index}";\n`).join(""),
};

/** Writes the project into `folder`, which may exist. */
export function writeGenProject(folder) {
  const write = (path, text) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  for (const [path, text] of Object.entries(fixed)) write(path, text);
  for (let index = 0; index < units; index++) write(unitPath(index), unit(index));
  for (const index of counters) write(`src/objects/counter-${index}.ts`, counter(index));
  for (const index of entrypoints) write(`src/entrypoints/prices-${index}.ts`, entrypoint(index));
  for (let index = 0; index < testFiles; index++) write(`test/unit-${number(index)}.test.ts`, test(index));
}
