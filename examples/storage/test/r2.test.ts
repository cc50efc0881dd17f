import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";

const { FILES: files } = env;
const MB = 1024 * 1024;

const keys = ({ objects }: R2Objects) => objects.map(({ key }) => key);

describe("R2", () => {
  it("keeps an object with its HTTP metadata and its own", async () => {
    const put = await files.put("poem.txt", "Roses are red", {
      httpMetadata: new Headers({ "content-type": "text/plain", "content-language": "en", "cache-control": "max-age=9" }),
      customMetadata: { mood: "größer" },
    });
    expect(put).toMatchObject({ key: "poem.txt", size: 13, httpEtag: `"${put.etag}"`, uploaded: expect.any(Date) });
    const object = (await files.get("poem.txt"))!;
    expect(await object.text()).toBe("Roses are red");
    expect(object.customMetadata).toEqual({ mood: "größer" });
    const headers = new Headers();
    object.writeHttpMetadata(headers);
    expect([...headers]).toEqual([["cache-control", "max-age=9"], ["content-language", "en"], ["content-type", "text/plain"]]);
  });

  it("has the metadata alone, and null for what is not there", async () => {
    await files.put("head", '{"a":1}');
    expect(await files.head("head")).toMatchObject({ key: "head", size: 7 });
    expect(await (await files.get("head"))!.json()).toEqual({ a: 1 });
    expect(await files.head("nothing")).toBeNull();
    expect(await files.get("nothing")).toBeNull();
  });

  it("takes streams whose length is known", async () => {
    const { readable, writable } = new FixedLengthStream(5);
    const writer = writable.getWriter();
    void writer.write(new TextEncoder().encode("12345")).then(() => writer.close());
    expect((await files.put("stream", readable))!.size).toBe(5);
    const unknown = new TransformStream<Uint8Array, Uint8Array>();
    await expect(files.put("stream", unknown.readable)).rejects.toThrow("Provided readable stream must have a known length");
  });

  it.each<[string, R2Range | Headers, string, { offset: number; length: number }]>([
    ["an offset and a length", { offset: 2, length: 3 }, "234", { offset: 2, length: 3 }],
    ["an offset", { offset: 7 }, "789", { offset: 7, length: 3 }],
    ["a suffix", { suffix: 2 }, "89", { offset: 8, length: 2 }],
    ["a Range header", new Headers({ range: "bytes=1-2" }), "12", { offset: 1, length: 2 }],
  ])("reads a part given by %s", async (_, range, text, read) => {
    await files.put("digits", "0123456789");
    const part = (await files.get("digits", { range }))!;
    expect(await part.text()).toBe(text);
    expect(part.range).toEqual(read);
  });

  it("refuses a part that is not in the object", async () => {
    await files.put("short", "0123");
    await expect(files.get("short", { range: { offset: 4 } })).rejects.toThrow("get: The requested range is not satisfiable (10039)");
  });

  it("reads on conditions: without a body if they do not hold", async () => {
    const { etag, httpEtag } = (await files.put("conditional", "1"))!;
    const later = new Date(Date.now() + 60_000);
    expect(await files.get("conditional", { onlyIf: { etagMatches: etag } })).toHaveProperty("body");
    expect(await files.get("conditional", { onlyIf: { etagDoesNotMatch: etag } })).not.toHaveProperty("body");
    expect(await files.get("conditional", { onlyIf: { uploadedAfter: later } })).not.toHaveProperty("body");
    expect(await files.get("conditional", { onlyIf: new Headers({ "if-none-match": httpEtag }) })).not.toHaveProperty("body");
  });

  it("writes on conditions", async () => {
    const { etag } = (await files.put("locked", "1"))!;
    const ifNew = { onlyIf: new Headers({ "if-none-match": "*" }) };
    expect(await files.put("locked", "2", ifNew)).toBeNull();
    expect(await files.put("locked", "2", { onlyIf: { etagMatches: "another" } })).toBeNull();
    expect(await files.put("locked", "3", { onlyIf: { etagMatches: etag } })).toMatchObject({ key: "locked" });
    expect(await files.put("unlocked", "1", ifNew)).toMatchObject({ key: "unlocked" });
  });

  it("checks the checksum it is given", async () => {
    const sha256 = await crypto.subtle.digest("SHA-256", new TextEncoder().encode("hello"));
    const { checksums } = await files.put("checked", "hello", { sha256 });
    expect(checksums.toJSON()).toEqual({
      md5: "5d41402abc4b2a76b9719d911017c592",
      sha256: "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
    });
    await expect(files.put("checked", "hellp", { sha256 })).rejects.toThrow("The SHA-256 checksum you specified did not match what we received.");
  });

  it("lists by prefix, page by page with a cursor", async () => {
    for (const n of [1, 2, 3]) await files.put(`page/${n}`, "");
    const first = await files.list({ prefix: "page/", limit: 2 });
    expect(keys(first)).toEqual(["page/1", "page/2"]);
    if (!first.truncated) expect.unreachable();
    const second = await files.list({ prefix: "page/", cursor: first.cursor });
    expect(keys(second)).toEqual(["page/3"]);
    expect(second.truncated).toBe(false);
    expect(keys(await files.list({ prefix: "page/", startAfter: "page/1" }))).toEqual(["page/2", "page/3"]);
  });

  it("lists folders with a delimiter", async () => {
    for (const key of ["tree/a/1", "tree/a/2", "tree/b/1", "tree/leaf"]) await files.put(key, "");
    const folder = await files.list({ prefix: "tree/", delimiter: "/" });
    expect(folder.delimitedPrefixes).toEqual(["tree/a/", "tree/b/"]);
    expect(keys(folder)).toEqual(["tree/leaf"]);
  });

  it("includes metadata in a list if asked to", async () => {
    await files.put("meta/1", "", { customMetadata: { n: "1" }, httpMetadata: { contentType: "text/css" } });
    const { objects: [plain] } = await files.list({ prefix: "meta/" });
    expect(plain.customMetadata).toEqual({});
    const { objects: [full] } = await files.list({ prefix: "meta/", include: ["customMetadata", "httpMetadata"] });
    expect(full).toMatchObject({ customMetadata: { n: "1" }, httpMetadata: { contentType: "text/css" } });
  });

  it("deletes several objects at once, and says nothing of those that are not there", async () => {
    for (const key of ["old/1", "old/2", "old/3"]) await files.put(key, "");
    await files.delete(["old/1", "old/3", "old/4"]);
    expect(keys(await files.list({ prefix: "old/" }))).toEqual(["old/2"]);
  });

  it("takes an object in parts, which another request may continue", async () => {
    const { uploadId } = await files.createMultipartUpload("video", { customMetadata: { title: "Ducks" } });
    const upload = files.resumeMultipartUpload("video", uploadId);
    const parts = [await upload.uploadPart(1, new Uint8Array(5 * MB).fill(65)), await upload.uploadPart(2, "the end")];
    const video = await upload.complete(parts);
    expect(video).toMatchObject({ size: 5 * MB + 7, customMetadata: { title: "Ducks" }, etag: expect.stringMatching(/-2$/) });
    const seam = await files.get("video", { range: { offset: 5 * MB - 2, length: 5 } });
    expect(await seam!.text()).toBe("AAthe");
  });

  it("refuses parts that are too small, and uploads that are over", async () => {
    const upload = await files.createMultipartUpload("broken");
    const parts = [await upload.uploadPart(1, "a"), await upload.uploadPart(2, "b")];
    await expect(upload.complete(parts)).rejects.toThrow("Your proposed upload is smaller than the minimum allowed object size. (10011)");
    await upload.abort();
    await expect(upload.uploadPart(1, "a")).rejects.toThrow("The specified multipart upload does not exist. (10024)");
    expect(await files.head("broken")).toBeNull();
  });

  it("has production's limits on keys and metadata", async () => {
    await expect(files.put("x".repeat(1025), "")).rejects.toThrow("put: The specified object name is not valid. (10020)");
    const customMetadata = { a: "x".repeat(9000) };
    await expect(files.put("m", "", { customMetadata })).rejects.toThrow("Your metadata headers exceed the maximum allowed metadata size. (10012)");
  });

  it("lets a body be read to its end after the object was overwritten", async () => {
    await files.put("swapped", "a".repeat(100_000));
    const before = (await files.get("swapped"))!;
    await files.put("swapped", "b");
    expect(await before.text()).toHaveLength(100_000);
  });
});
