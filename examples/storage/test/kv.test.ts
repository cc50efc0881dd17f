import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";

const { SESSIONS: kv, SETTINGS: settings } = env;

describe("KV", () => {
  it("keeps text, bytes and streams, and reads them as text, JSON, bytes or a stream", async () => {
    await kv.put("text", '{"colour":"blue"}');
    await kv.put("bytes", new Uint8Array([1, 2, 3]));
    await kv.put("stream", new Blob(["streamed"]).stream());
    expect(await kv.get("text")).toBe('{"colour":"blue"}');
    expect(await kv.get("text", "json")).toEqual({ colour: "blue" });
    expect(new Uint8Array((await kv.get("bytes", "arrayBuffer"))!)).toEqual(new Uint8Array([1, 2, 3]));
    expect(await new Response(await kv.get("stream", { type: "stream" })).text()).toBe("streamed");
  });

  it("has nothing under a key that was never put, or was deleted", async () => {
    await kv.put("gone", "1");
    await kv.delete("gone");
    expect(await kv.get("gone")).toBeNull();
    expect(await kv.getWithMetadata("never")).toMatchObject({ value: null, metadata: null });
  });

  it("keeps namespaces apart", async () => {
    await kv.put("theme", "light");
    await settings.put("theme", "dark");
    expect(await kv.get("theme")).toBe("light");
  });

  it("keeps metadata beside a value", async () => {
    await kv.put("with-metadata", "1", { metadata: { tags: ["ä", "b"] } });
    expect(await kv.getWithMetadata("with-metadata")).toMatchObject({ value: "1", metadata: { tags: ["ä", "b"] } });
  });

  it("notes when a key expires, and refuses to expire it within a minute", async () => {
    const inAnHour = Math.floor(Date.now() / 1000) + 3600;
    await kv.put("expires:at", "1", { expiration: inAnHour });
    await kv.put("expires:in", "1", { expirationTtl: 3600 });
    const { keys } = await kv.list({ prefix: "expires:" });
    expect(keys).toEqual([
      { name: "expires:at", expiration: inAnHour },
      { name: "expires:in", expiration: expect.closeTo(inAnHour, -2) },
    ]);
    await expect(kv.put("expires:now", "1", { expirationTtl: 10 })).rejects.toThrow(
      "KV PUT failed: 400 Invalid expiration_ttl of 10. Expiration TTL must be at least 60.",
    );
    await expect(kv.put("expires:then", "1", { expiration: 1 })).rejects.toThrow("Invalid expiration of 1");
  });

  it("lists keys by prefix, page by page with a cursor", async () => {
    for (const day of ["mon", "tue", "wed", "thu", "fri"]) await settings.put(`day/${day}`, "1", { metadata: day.length });
    const pages: string[][] = [];
    let cursor: string | undefined;
    do {
      const page = await settings.list<number>({ prefix: "day/", limit: 2, cursor });
      pages.push(page.keys.map(({ name, metadata }) => `${name} ${metadata}`));
      cursor = page.list_complete ? undefined : page.cursor;
    } while (cursor);
    expect(pages).toEqual([["day/fri 3", "day/mon 3"], ["day/thu 3", "day/tue 3"], ["day/wed 3"]]);
    await expect(settings.list({ limit: 1001 })).rejects.toThrow("Invalid key_count_limit of 1001");
  });

  it("reads many keys at once", async () => {
    await kv.put("bulk:a", '{"n":1}', { metadata: "first" });
    await kv.put("bulk:b", '{"n":2}');
    const keys = ["bulk:a", "bulk:b", "bulk:none"];
    expect([...(await kv.get(keys, "json"))]).toEqual([["bulk:a", { n: 1 }], ["bulk:b", { n: 2 }], ["bulk:none", null]]);
    expect((await kv.getWithMetadata(keys)).get("bulk:a")).toMatchObject({ value: '{"n":1}', metadata: "first" });
    await expect(kv.get(Array.from({ length: 101 }, (_, n) => `${n}`))).rejects.toThrow("You can request a maximum of 100 keys");
  });

  it("takes keys of any characters, but not `.`, `..` or an empty one", async () => {
    const key = "a/b c?ü#%20&=😀";
    await kv.put(key, "odd");
    expect(await kv.get(key)).toBe("odd");
    expect((await kv.list({ prefix: "a/" })).keys).toEqual([{ name: key }]);
    await expect(kv.put("..", "1")).rejects.toThrow('".." is not allowed as a key name.');
    await expect(kv.get("")).rejects.toThrow("Key name cannot be empty.");
  });

  it("has production's limits on keys, metadata and values", async () => {
    await expect(kv.put("x".repeat(513), "1")).rejects.toThrow("414 UTF-8 encoded length of 513 exceeds key length limit of 512.");
    await expect(kv.put("m", "1", { metadata: "x".repeat(1025) })).rejects.toThrow("413 Metadata length of 1027 exceeds limit of 1024.");
    const most = 25 * 1024 * 1024;
    await expect(kv.put("large", new Uint8Array(most + 1))).rejects.toThrow(`413 Value length of ${most + 1} exceeds limit of ${most}.`);
    await kv.put("large", new Uint8Array(most));
    expect((await kv.get("large", "arrayBuffer"))?.byteLength).toBe(most);
  });

  it("can be spied on and mocked", async () => {
    const get = vi.spyOn(kv, "get").mockResolvedValueOnce("mocked" as never);
    expect(await env.SESSIONS.get("absent")).toBe("mocked");
    expect(await env.SESSIONS.get("absent")).toBeNull();
    expect(get).toHaveBeenCalledTimes(2);
    get.mockRestore();
  });
});
