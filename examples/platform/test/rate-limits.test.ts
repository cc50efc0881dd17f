import { env, exports } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";

afterEach(() => void vi.restoreAllMocks());

/** Whether a key's calls are within the limit. Windows begin with the minute: so many calls are too many for two of them. */
async function calls(limit: RateLimit, key: string): Promise<boolean[]> {
  const results = [];
  for (let call = 0; call < 7; call++) results.push((await limit.limit({ key })).success);
  return results;
}

describe("Rate limits", () => {
  it("count the calls of each key", async () => {
    const ada = await calls(env.VISITS, "ada");
    expect(ada.slice(0, 3)).toEqual([true, true, true]);
    expect(ada).toContain(false);
    expect(await env.VISITS.limit({ key: "eve" })).toEqual({ success: true });
  });

  it("count for each namespace", async () => {
    expect(await calls(env.ORDERS, "bob")).toContain(false);
    expect((await env.VISITS.limit({ key: "bob" })).success).toBe(true);
  });

  it("reject calls that production rejects", async () => {
    await expect(env.VISITS.limit({ key: 1 } as never)).rejects.toThrow("invalid key: 1");
    await expect(env.VISITS.limit({ key: "", burst: 9 } as never)).rejects.toThrow("bad rate limit options: [burst]");
    await expect(env.VISITS.limit(undefined as never)).rejects.toThrow("invalid rate limit options");
  });

  it("limit the running Worker", async () => {
    const visit = () => exports.default.fetch("https://shop.example/", { headers: { "cf-connecting-ip": "192.0.2.1" } });
    const statuses = [];
    for (let call = 0; call < 7; call++) statuses.push((await visit()).status);
    expect(statuses[0]).toBe(200);
    expect(statuses).toContain(429);
  });

  it("can be mocked", async () => {
    vi.spyOn(env.VISITS, "limit").mockResolvedValue({ success: false });
    expect((await exports.default.fetch("https://shop.example/")).status).toBe(429);
  });
});
