import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";

// Runs beside the other files, which fill all of this.
describe("Isolation of test files", () => {
  it("keeps KV, R2, D1 and caches of other files away", async () => {
    expect((await env.SESSIONS.list()).keys).toEqual([]);
    expect((await env.FILES.list()).objects).toEqual([]);
    expect((await env.CATALOG.prepare("SELECT * FROM files").all()).results).toEqual([]);
    expect(await caches.default.match("https://cache.example/1")).toBeUndefined();
  });
});
