import { env, exports } from "cloudflare:workers";
import { expect, it } from "vitest";

it("keeps objects in R2", async () => {
  await env.FILES.put("a/b", "hello", { customMetadata: { by: "ada" } });
  const object = await env.FILES.get("a/b", { range: { offset: 1, length: 3 } });
  expect(await object?.text()).toBe("ell");
  expect((await env.FILES.list()).objects.map(({ key }) => key)).toEqual(["a/b"]);
});

it("keeps rows in D1", async () => {
  await env.DB.exec("CREATE TABLE notes (text TEXT)");
  await env.DB.prepare("INSERT INTO notes VALUES (?)").bind("hi").run();
  expect((await env.DB.prepare("SELECT * FROM notes").all()).results).toEqual([{ text: "hi" }]);
});

it("keeps responses in the Cache API", async () => {
  const first = await exports.default.fetch("https://example.com/cached");
  expect(first.headers.get("cf-cache-status")).toBeNull();
  const second = await exports.default.fetch("https://example.com/cached");
  expect(second.headers.get("cf-cache-status")).toBe("HIT");
  expect(await (await caches.open("own")).match("https://example.com/cached")).toBeUndefined();
});

it("keeps images, and does not transform what is none", async () => {
  const pixels = new Blob(["not really an image"]).stream();
  const image = await env.IMAGES.hosted.upload(pixels, { id: "cat" });
  expect(image.id).toBe("cat");
  const { images } = await env.IMAGES.hosted.list();
  expect(images.map(({ id }) => id)).toEqual(["cat"]);
  const transformed = env.IMAGES.input(new Blob(["x"]).stream()).transform({ width: 10 }).output({ format: "image/png" });
  await expect(transformed).rejects.toThrow("IMAGES_TRANSFORM_ERROR");
});

it("has a place for videos", async () => {
  expect(await env.VIDEOS.videos.list()).toEqual([]);
});

it("keeps a value for the greeter", async () => {
  expect(await env.HELLO.get()).toEqual({ value: "" });
  await env.HELLO.set("hello");
  expect((await env.HELLO.get()).value).toBe("hello");
});
