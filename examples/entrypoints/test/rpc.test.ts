import { createExecutionContext } from "cloudflare:test";
import { RpcStub, env, exports } from "cloudflare:workers";
import { describe, expect, it, onTestFinished } from "vitest";
import Shop from "../src";
import { Basket } from "../src/basket";

describe("RPC with entrypoints", () => {
  it("calls methods of the default export", async () => {
    expect(await exports.default.sum(1, 2, 3)).toBe(6);
  });

  it("reads properties that are getters", async () => {
    expect(await exports.default.currency).toBe("EUR");
  });

  it("calls methods of a named export", async () => {
    expect(await exports.Baskets.owner()).toBe("nobody");
    expect(await env.BASKETS.prices()).toEqual({ apple: 1, pear: 2 });
  });

  it("calls handlers that are objects", async () => {
    expect(await (await env.STATUS.fetch("https://shop.test/")).text()).toBe("open");
  });

  it("gives references to objects", async () => {
    using basket = await env.BASKETS.empty();
    expect(await basket.add("apple")).toBe(1);
    expect(await basket.add("pear", "plum")).toBe(3);
    expect(await basket.size).toBe(3);
  });

  it("pipelines calls", async () => {
    expect(await env.BASKETS.filled(["apple"]).clone().add("pear")).toBe(2);
  });

  it("calls back", async () => {
    using basket = await env.BASKETS.filled(["apple", "pear"]);
    const seen: string[] = [];
    await basket.each((item) => void seen.push(item));
    expect(seen).toEqual(["apple", "pear"]);
  });

  it("gives errors with their type", async () => {
    await expect(env.BASKETS.fail()).rejects.toThrow(RangeError);
    await expect(env.BASKETS.fail()).rejects.toThrow("No baskets are left.");
  });

  it("wraps local objects", async () => {
    const stub = new RpcStub(new Basket());
    onTestFinished(() => stub[Symbol.dispose]());
    expect(await stub.add("apple")).toBe(1);
    expect(await stub.clone().add("pear")).toBe(2);
  });

  it("constructs a class with bindings that are mocked", async () => {
    const mocked = { ...env, PRICES: { fetch: async () => new Response("5") } as unknown as Fetcher };
    const shop = new Shop(createExecutionContext(), mocked);
    expect(await (await shop.fetch(new Request("https://shop.test/prices/apple"))).text()).toBe("5");
  });
});

describe("RPC errors", () => {
  it("of a Durable Object's method that is missing", async () => {
    const stock = env.STOCK.getByName("errors");
    await expect(async () => await Reflect.get(stock, "missing")).rejects.toThrow('The RPC receiver does not implement "missing".');
  });

  it("of a property that is the instance's own", async () => {
    await expect(async () => await Reflect.get(env.BASKETS, "secret")).rejects.toThrowErrorMatchingInlineSnapshot(`
      [TypeError: The RPC receiver's prototype does not implement "secret", but the receiver instance does.
      Only properties and methods defined on the prototype can be accessed over RPC.
      Ensure properties are declared like \`get secret() { ... }\` instead of \`secret = ...\`,
      and methods are declared like \`secret() { ... }\` instead of \`secret = () => { ... }\`.]
    `);
  });

  it("of a method that is missing", async () => {
    const missing = Reflect.get(env.BASKETS, "missing") as unknown as () => Promise<void>;
    await expect(async () => await missing()).rejects.toThrowErrorMatchingInlineSnapshot(
      `[TypeError: The RPC receiver does not implement "missing".]`,
    );
  });
});
