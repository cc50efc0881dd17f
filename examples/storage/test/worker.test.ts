import { env, exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";

const url = (path: string) => `https://files.example${path}`;
const get = (path: string, headers: HeadersInit = {}) => exports.default.fetch(url(path), { headers });

async function upload(path: string, body: string): Promise<Response> {
  const login = await exports.default.fetch(url("/login"), { method: "POST", body: "ada" });
  const headers = { authorization: `Bearer ${await login.text()}`, "content-type": "text/plain" };
  return exports.default.fetch(url(path), { method: "PUT", body, headers });
}

describe("Storage in the running Worker", () => {
  it("goes through KV, R2 and D1 in one request", async () => {
    expect((await upload("/files/poem.txt", "Roses are red")).status).toBe(201);
    expect((await env.SESSIONS.list({ prefix: "session:" })).keys).toMatchObject([{ metadata: { user: "ada" } }]);
    expect(await env.FILES.head("poem.txt")).toMatchObject({ customMetadata: { owner: "ada" }, httpMetadata: { contentType: "text/plain" } });
    expect(await env.CATALOG.prepare("SELECT * FROM files").all()).toMatchObject({ results: [{ key: "poem.txt", owner: "ada", size: 13 }] });
    expect((await exports.default.fetch(url("/files/x"), { method: "PUT", body: "x" })).status).toBe(401);
  });

  it("serves a part of an R2 object, or that nothing has changed, by the request's own headers", async () => {
    const etag = (await upload("/files/digits.txt", "0123456789")).headers.get("etag")!;
    const part = await get("/files/digits.txt", { range: "bytes=3-5" });
    expect([part.status, await part.text()]).toEqual([206, "345"]);
    const unchanged = await get("/files/digits.txt", { "if-none-match": etag });
    expect([unchanged.status, await unchanged.text()]).toEqual([304, ""]);
  });

  it("answers from the cache, which the test shares", async () => {
    await upload("/files/cached.txt", "first");
    expect(await (await get("/files/cached.txt")).text()).toBe("first");
    await env.FILES.put("cached.txt", "second");
    const hit = await get("/files/cached.txt");
    expect([hit.headers.get("cf-cache-status"), await hit.text()]).toEqual(["HIT", "first"]);
    expect(await caches.default.delete(url("/files/cached.txt"))).toBe(true);
    expect(await (await get("/files/cached.txt")).text()).toBe("second");
  });
});
