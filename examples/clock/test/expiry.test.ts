import { env, exports } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

const NEW_YEAR = new Date("2030-01-01T00:00:00Z");
const MINUTE = 60_000;

const get = (path: string, headers?: HeadersInit) => exports.default.fetch(`https://shop.test${path}`, { headers });
const getText = async (path: string) => (await get(path)).text();

beforeEach(() => {
  vi.useFakeTimers({ now: NEW_YEAR });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("Fake timers reach the simulators", () => {
  it("KV: a session ends by its TTL", async () => {
    const token = await getText("/login?name=ada");
    const me = await get("/me", { authorization: token });
    expect(await me.json()).toEqual({ name: "ada", since: NEW_YEAR.getTime() });

    vi.advanceTimersByTime(29 * MINUTE);
    expect((await get("/me", { authorization: token })).status).toBe(200);
    vi.advanceTimersByTime(MINUTE);
    expect((await get("/me", { authorization: token })).status).toBe(401);
  });

  it("KV: a list leaves out what has expired", async () => {
    const expiration = NEW_YEAR.getTime() / 1000 + 90;
    await env.SESSIONS.put("brief", "1", { expiration, metadata: { kind: "guest" } });
    await env.SESSIONS.put("long", "2", { expirationTtl: 3600 });
    const listed = await env.SESSIONS.list();
    expect(listed.keys).toEqual([
      { name: "brief", expiration, metadata: { kind: "guest" } },
      { name: "long", expiration: NEW_YEAR.getTime() / 1000 + 3600 },
    ]);
    await vi.advanceTimersByTimeAsync(2 * MINUTE);
    expect((await env.SESSIONS.list()).keys.map(({ name }) => name)).toEqual(["long"]);
  });

  it("KV: values may be as long as ever", async () => {
    const value = "x".repeat(100_000);
    await env.SESSIONS.put("large", value);
    expect(await env.SESSIONS.get("large")).toBe(value);
  });

  it("Cache API: a page is made again when its max-age is over", async () => {
    const first = await getText("/catalogue");
    vi.advanceTimersByTime(4 * MINUTE);
    expect(await getText("/catalogue")).toBe(first);
    vi.advanceTimersByTime(2 * MINUTE);
    expect(await getText("/catalogue")).toBe("2030-01-01T00:06:00.000Z");
  });

  it("Cache API: Expires and Age count from the faked time", async () => {
    const cache = await caches.open("feeds");
    const expires = new Date(Date.now() + MINUTE).toUTCString();
    await cache.put("https://shop.test/expires", new Response("soon gone", { headers: { expires } }));
    const headers = { "cache-control": "max-age=60", age: "30" };
    await cache.put("https://shop.test/age", new Response("sooner gone", { headers }));

    vi.advanceTimersByTime(45_000);
    expect(await cache.match("https://shop.test/age")).toBeUndefined();
    expect(await (await cache.match("https://shop.test/expires"))?.text()).toBe("soon gone");
    vi.advanceTimersByTime(30_000);
    expect(await cache.match("https://shop.test/expires")).toBeUndefined();
  });

  it("rate limits: a new window begins", async () => {
    const logins = async () => [await get("/login?name=eve"), await get("/login?name=eve")].map(({ status }) => status);
    expect([...(await logins()), ...(await logins())]).toEqual([200, 200, 200, 429]);
    vi.advanceTimersByTime(MINUTE);
    expect(await logins()).toEqual([200, 200]);
  });

  it("R2: objects say when they were uploaded", async () => {
    const receipt = await env.RECEIPTS.put("receipt.txt", "1 kettle");
    expect(receipt?.uploaded).toEqual(NEW_YEAR);
    expect((await env.RECEIPTS.list()).objects[0].uploaded).toEqual(NEW_YEAR);
  });

  it("callbacks of timers find simulators at their own time", async () => {
    await env.SESSIONS.put("brief", "here", { expirationTtl: 60 });
    const seen: (string | null)[] = [];
    setInterval(async () => seen.push(await env.SESSIONS.get("brief")), 25_000);
    await vi.advanceTimersByTimeAsync(75_000);
    await vi.waitFor(() => expect(seen).toEqual(["here", "here", null]));
  });

  it("vi.runAllTimers and vi.advanceTimersToNextTimer count too", async () => {
    await env.SESSIONS.put("brief", "here", { expirationTtl: 60 });
    setTimeout(() => {}, 30_000);
    setTimeout(() => {}, 90_000);
    vi.advanceTimersToNextTimer();
    expect(await env.SESSIONS.get("brief")).toBe("here");
    vi.runAllTimers();
    expect(await env.SESSIONS.get("brief")).toBeNull();
  });
});
