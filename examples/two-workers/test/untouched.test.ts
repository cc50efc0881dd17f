import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";

describe("Workers of other wrangler files", () => {
  it("has another instance of the other Worker", async () => {
    expect(await env.BOOKS.visits()).toEqual([]);
    expect(await env.LEDGERS.getByName("today").total()).toBe(0);
    expect(await env.LEDGERS.getByName("today").add({ item: "tea", price: 3 })).toBe(3);
  });
});
