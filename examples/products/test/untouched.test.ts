import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";

// Runs beside the other file, which fills all of this.
describe("Isolation of test files", () => {
  it("keeps all products of other files away", async () => {
    expect((await env.NOTES.list()).keys).toEqual([]);
    expect((await env.FILES.list()).objects).toEqual([]);
    expect((await env.DB.prepare("SELECT name FROM sqlite_master WHERE name = 'a'").all()).results).toEqual([]);
    expect((await env.HELLO.get()).value).toBe("");
    await expect(env.SHIPPING.get("order-1")).rejects.toThrow("instance.not_found");
  });
});
