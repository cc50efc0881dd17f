import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import Shop from "../src";

const NAMES = ["Archive", "Baskets", "Release", "Sales", "Stock", "default", "status"];

describe("ctx.exports", () => {
  it("is complete: re-exports, aliases, virtual modules, handlers", async () => {
    const response = await exports.default.fetch("https://shop.test/exports");
    expect(await response.json()).toEqual({ names: NAMES, sales: "Sales", release: "1.2.3", owner: "ada", status: "open" });
  });

  it("reaches Durable Objects that no binding leads to", async () => {
    const stock = env.STOCK.getByName("shop");
    await stock.add("apple", 3);
    expect(await stock.archive("apple")).toBe(3);
    const archive = exports.Archive.get(exports.Archive.idFromName("all"));
    expect(await archive.kept()).toEqual({ apple: 3 });
  });

  it("is there in contexts that tests create", async () => {
    const ctx = createExecutionContext();
    expect(Object.keys(ctx.exports)).toEqual(expect.arrayContaining(["Archive", "Sales", "status"]));
    const shop = new Shop(ctx, env);
    await shop.fetch(new Request("https://shop.test/visits/bob"));
    await waitOnExecutionContext(ctx);
    expect(await env.LOG.get("bob")).toBe("visited");
  });

  it("warns about what the Worker does not export", () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const ctx = createExecutionContext();
    expect(Reflect.get(ctx.exports, "Refunds")).toBeUndefined();
    expect(warn.mock.lastCall?.[0]).toContain("Attempted to access 'ctx.exports.Refunds', which was not defined for the main Worker.");
    warn.mockRestore();
  });
});

describe("waitUntil", () => {
  it("is waited for when the test is over", async () => {
    const response = await exports.default.fetch("https://shop.test/visits/ada");
    expect(await response.text()).toBe("welcome");
  });

  it("is done when the next test begins", async () => {
    expect(await env.LOG.get("ada")).toBe("visited");
  });
});
