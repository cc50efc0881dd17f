import { SELF } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { count, sign } from "../src/entries";
import { countRendered } from "../src/rendered";

// This file and its twin write the same things; each must find none of them.
const me = "isolation-a";

describe("Isolation of test files", () => {
  it("starts with empty storage", async () => {
    expect(await env.CACHE.get("owner")).toBeNull();
    expect((await env.CACHE.list()).keys).toEqual([]);
    expect(await count(env.DB)).toBe(0);
  });

  it("starts with untouched globals and modules", () => {
    expect("owner" in globalThis).toBe(false);
    expect("owner" in Array.prototype).toBe(false);
    expect(countRendered()).toBe(1);
  });

  it("writes", async () => {
    await env.CACHE.put("owner", me);
    await sign(env.DB, me, "mine");
    Object.assign(globalThis, { owner: me });
    Object.defineProperty(Array.prototype, "owner", { value: me, configurable: true });
    expect(countRendered()).toBe(2);
  });

  it("keeps what it wrote for the rest of the file, and the Worker sees it", async () => {
    expect(await env.CACHE.get("owner")).toBe(me);
    const response = await SELF.fetch("https://guestbook.test/entries");
    expect(await response.json()).toMatchObject([{ name: me, message: "mine" }]);
    expect((globalThis as { owner?: string }).owner).toBe(me);
    expect(countRendered()).toBe(3);
  });
});
