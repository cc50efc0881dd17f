import { env, exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";

const get = async (path: string): Promise<string> => (await exports.default.fetch(`https://shop.test${path}`)).text();

describe("Dynamic import", () => {
  it("works in a handler, by a template", async () => {
    expect(await get("/pages/about")).toBe("<h1>About us</h1>");
    expect(await get("/pages/contact")).toBe("<h1>Write to us</h1>");
  });

  it("works in a handler, by a URL", async () => {
    expect(await get("/receipt?item=apple&item=pear")).toBe("apple\npear\nThank you!");
  });

  it("works in a Durable Object, of JSON", async () => {
    const stock = env.STOCK.getByName("labels");
    expect(await stock.label("apple", "fr")).toBe("pomme");
    expect(await stock.label("apple", "en")).toBe("apple");
  });

  it("may be the first of several requests at a time", async () => {
    const stocks = ["a", "b", "c"].map((name) => env.STOCK.getByName(name));
    expect(await Promise.all(stocks.map((stock) => stock.label("pear", "fr")))).toEqual(["poire", "poire", "poire"]);
  });

  it("works in a test, of a package and a built-in module", async () => {
    const { parseArgs } = await import("node:util");
    const { DurableObject } = await import("cloudflare:workers");
    expect([typeof parseArgs, typeof DurableObject]).toEqual(["function", "function"]);
  });

  it("refused: what was not compiled, with an error that says why", async () => {
    await expect(exports.default.fetch("https://shop.test/pages/missing")).rejects.toThrow("Cannot find module '/src/pages/missing.ts'");
  });
});
