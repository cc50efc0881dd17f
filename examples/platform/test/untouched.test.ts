import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";

// Runs beside the other files, which fill all of this.
describe("Isolation of test files", () => {
  it("keeps limits, flags, secrets, videos and watermarks of other files away", async () => {
    expect((await env.ORDERS.limit({ key: "bob" })).success).toBe(true);
    expect(await env.FLAGS.getBooleanDetails("sale", true)).toMatchObject({ errorCode: "FLAG_NOT_FOUND" });
    await expect(env.BACKUP_KEY.get()).rejects.toThrow('Secret "backup-key" not found');
    expect(await env.VIDEOS.videos.list()).toEqual([]);
    expect(await env.VIDEOS.watermarks.list()).toEqual([]);
    expect((await env.HELLO.get()).value).toBe("");
  });
});
