import { env, exports } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";

const buy = async (item: string) => (await exports.default.fetch(`https://shop.test/${item}`)).json();

describe("Workers of other wrangler files", () => {
  it("asks the other Worker for the price", async () => {
    expect(await buy("tea")).toEqual({ item: "tea", price: "3 EUR" });
    await expect(env.BOOKS.price("petrol")).rejects.toThrow("We do not sell petrol.");
  });

  it("sends each sale to the other Worker, which adds it up", async () => {
    await buy("cake");
    await vi.waitFor(async () => expect(await env.LEDGERS.getByName("today").total()).toBe(7), 10_000);
  });

  it("shows the other Worker what it answered", async () => {
    await vi.waitFor(async () => expect(await env.BOOKS.visits()).toContain("https://shop.test/cake"), 10_000);
  });
});
