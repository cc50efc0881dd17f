import { describe, expect, it } from "vitest";

const cache = caches.default;
const forAMinute = { "cache-control": "max-age=60" };

/** An address that no other test has put anything under. */
let addresses = 0;
const address = () => `https://cache.example/${++addresses}`;

describe("Cache API", () => {
  it("answers with what was put, marked as a hit", async () => {
    const url = address();
    expect(await cache.match(url)).toBeUndefined();
    await cache.put(url, new Response("kept", { headers: { ...forAMinute, "x-author": "ada" } }));
    const hit = (await cache.match(url))!;
    expect(await hit.text()).toBe("kept");
    expect(hit.headers.get("x-author")).toBe("ada");
    expect(hit.headers.get("cf-cache-status")).toBe("HIT");
  });

  it("tells addresses apart by their query, not by their fragment", async () => {
    const url = address();
    await cache.put(`${url}?page=1#top`, new Response("1", { headers: forAMinute }));
    expect(await cache.match(`${url}?page=1#bottom`)).toBeDefined();
    expect(await cache.match(`${url}?page=2`)).toBeUndefined();
  });

  it("deletes, and says whether there was anything", async () => {
    const url = address();
    await cache.put(url, new Response("1", { headers: forAMinute }));
    expect(await cache.delete(url)).toBe(true);
    expect(await cache.delete(url)).toBe(false);
    expect(await cache.match(url)).toBeUndefined();
  });

  it("has named caches, each apart from the others and from the default one", async () => {
    const url = address();
    const own = await caches.open("own");
    await own.put(url, new Response("own", { headers: forAMinute }));
    expect(await (await (await caches.open("own")).match(url))!.text()).toBe("own");
    expect(await cache.match(url)).toBeUndefined();
    expect(await (await caches.open("default")).match(url)).toBeUndefined();
  });

  it.each<[string, HeadersInit]>([
    ["Cache-Control: max-age", { "cache-control": "max-age=60" }],
    ["Cache-Control: s-maxage", { "cache-control": "s-maxage=60" }],
    ["Expires", { expires: new Date(Date.now() + 60_000).toUTCString() }],
  ])("keeps a response with %s", async (_, headers) => {
    const url = address();
    await cache.put(url, new Response("1", { headers }));
    expect(await cache.match(url)).toBeDefined();
  });

  it.each<[string, HeadersInit]>([
    ["neither Cache-Control nor Expires", {}],
    ["max-age=0", { "cache-control": "max-age=0" }],
    ["no-store", { "cache-control": "no-store" }],
    ["private", { "cache-control": "private, max-age=60" }],
  ])("keeps no response with %s", async (_, headers) => {
    const url = address();
    await cache.put(url, new Response("1", { headers }));
    expect(await cache.match(url)).toBeUndefined();
  });

  it("keeps no response with Set-Cookie, unless Cache-Control says that the cookie is private", async () => {
    const [open, closed] = [address(), address()];
    const cookie = { "set-cookie": "id=1" };
    await cache.put(open, new Response("1", { headers: { ...cookie, "cache-control": "max-age=60" } }));
    expect(await cache.match(open)).toBeUndefined();
    await cache.put(closed, new Response("1", { headers: { ...cookie, "cache-control": "max-age=60, private=set-cookie" } }));
    const hit = (await cache.match(closed))!;
    expect(hit.headers.has("set-cookie")).toBe(false);
  });

  it("answers with the part that a Range header asks for", async () => {
    const url = address();
    await cache.put(url, new Response("0123456789", { headers: { ...forAMinute, "content-length": "10" } }));
    const part = (await cache.match(new Request(url, { headers: { range: "bytes=2-4" } })))!;
    expect([part.status, part.headers.get("content-range"), await part.text()]).toEqual([206, "bytes 2-4/10", "234"]);
    const beyond = (await cache.match(new Request(url, { headers: { range: "bytes=20-30" } })))!;
    expect([beyond.status, beyond.headers.get("content-range")]).toEqual([416, "bytes */10"]);
  });

  it("answers 304 to who has the response already", async () => {
    const url = address();
    const lastModified = "Thu, 01 Jan 2026 00:00:00 GMT";
    await cache.put(url, new Response("1", { headers: { ...forAMinute, etag: '"one"', "last-modified": lastModified } }));
    const status = async (headers: HeadersInit) => (await cache.match(new Request(url, { headers })))?.status;
    expect(await status({ "if-none-match": '"one"' })).toBe(304);
    expect(await status({ "if-none-match": '"two"' })).toBe(200);
    expect(await status({ "if-modified-since": lastModified })).toBe(304);
  });

  it("keeps redirects and what is gone, but no errors of the server", async () => {
    const kept = async (status: number) => {
      const url = address();
      await cache.put(url, new Response("1", { status, headers: forAMinute }));
      return (await cache.match(url))?.status;
    };
    expect(await Promise.all([301, 404, 410, 500, 503].map(kept))).toEqual([301, 404, 410, undefined, undefined]);
  });

  it("takes GET requests only, and finds them for other methods if asked to", async () => {
    const url = address();
    const post = new Request(url, { method: "POST" });
    await expect(cache.put(post, new Response("1"))).rejects.toThrow("Cannot cache response to non-GET request.");
    await cache.put(url, new Response("1", { headers: forAMinute }));
    expect(await cache.match(post)).toBeUndefined();
    expect(await cache.match(post, { ignoreMethod: true })).toBeDefined();
  });

  it("refuses partial content and `Vary: *`", async () => {
    await expect(cache.put(address(), new Response("1", { status: 206 }))).rejects.toThrow("Cannot cache response to a range request (206 Partial Content).");
    await expect(cache.put(address(), new Response("1", { headers: { vary: "*" } }))).rejects.toThrow("Cannot cache response with 'Vary: *' header.");
  });

  it("keys by `cf.cacheKey`", async () => {
    const keyed = (url: string) => new Request(url, { cf: { cacheKey: "shared" } });
    await cache.put(keyed(address()), new Response("shared", { headers: forAMinute }));
    expect(await (await cache.match(keyed(address())))!.text()).toBe("shared");
  });

  it("takes bodies of megabytes, and streams of unknown length", async () => {
    const [large, streamed] = [address(), address()];
    await cache.put(large, new Response(new Uint8Array(10_000_000), { headers: forAMinute }));
    expect((await (await cache.match(large))!.arrayBuffer()).byteLength).toBe(10_000_000);
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    void writer.write(new TextEncoder().encode("drip")).then(() => writer.close());
    await cache.put(streamed, new Response(readable, { headers: forAMinute }));
    expect(await (await cache.match(streamed))!.text()).toBe("drip");
  });
});
