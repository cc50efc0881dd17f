import { env } from "cloudflare:workers";
import { expect, it } from "vitest";

// Runs beside `storage.test.ts` and `messages.test.ts`, which fill all of this.
it("sees nothing of other test files", async () => {
  expect((await env.NOTES.list()).keys).toEqual([]);
  expect((await env.FILES.list()).objects).toEqual([]);
  expect((await env.DB.prepare("SELECT name FROM sqlite_master WHERE name = 'notes'").all()).results).toEqual([]);
  expect(await caches.default.match("https://example.com/cached")).toBeUndefined();
  expect((await env.IMAGES.hosted.list()).images).toEqual([]);
  expect((await env.HELLO.get()).value).toBe("");
  await expect(env.SHIPPING.get("order-1")).rejects.toThrow("instance.not_found");
  await expect(env.TOKEN.get()).rejects.toThrow('Secret "token" not found');
  expect((await env.LIMIT.limit({ key: "ada" })).success).toBe(true);
});
