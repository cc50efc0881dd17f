import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";

/** What is uploaded; the declared types know URLs only. */
const film = (text: string) => new Blob([text]).stream() as never;

afterEach(async () => {
  for (const { id } of await env.VIDEOS.videos.list()) await env.VIDEOS.video(id).delete();
});

describe("Stream", () => {
  it("lists what was uploaded", async () => {
    expect(await env.VIDEOS.videos.list()).toEqual([]);
    const { id } = await env.VIDEOS.upload(film("ducks"), { creator: "ada", meta: { name: "Ducks" } });
    expect(await env.VIDEOS.videos.list()).toMatchObject([{ id, creator: "ada", size: 5, meta: { name: "Ducks" }, status: { state: "ready" } }]);
  });

  it("tells of a video, changes and deletes it", async () => {
    const { id } = await env.VIDEOS.upload(film("geese"));
    await env.VIDEOS.video(id).update({ creator: "bob" });
    expect(await env.VIDEOS.video(id).details()).toMatchObject({ id, creator: "bob" });
    await env.VIDEOS.video(id).delete();
    await expect(env.VIDEOS.video(id).details()).rejects.toThrow(`Video not found: ${id}`);
  });

  it("makes captions and downloads", async () => {
    const video = env.VIDEOS.video((await env.VIDEOS.upload(film("swans"))).id);
    await video.captions.generate("en");
    expect(await video.captions.list()).toMatchObject([{ language: "en", generated: true, status: "ready" }]);
    expect(await video.downloads.generate()).toMatchObject({ default: { percentComplete: 100 } });
  });

  it("keeps watermarks", async () => {
    const { id } = await env.VIDEOS.watermarks.generate(film("logo"), { name: "logo", opacity: 0.5 });
    expect(await env.VIDEOS.watermarks.get(id)).toMatchObject({ name: "logo", opacity: 0.5 });
    await expect(env.VIDEOS.watermarks.generate(film("logo"), { opacity: 2 })).rejects.toThrow("opacity must be between 0.0 and 1.0");
  });

  it("refused: uploads by the users themselves", async () => {
    await expect(env.VIDEOS.createDirectUpload({ maxDurationSeconds: 9 })).rejects.toThrow("createDirectUpload is not supported in local mode");
  });

  it("can be mocked", async () => {
    const upload = vi.spyOn(env.VIDEOS, "upload").mockResolvedValueOnce({ id: "mocked" } as never);
    expect(await env.VIDEOS.upload("https://example.com/film.mp4")).toEqual({ id: "mocked" });
    upload.mockRestore();
  });
});
