import { env, exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { colorAt, red } from "./pictures";

const RED = [255, 0, 0];
const BLUE = [0, 0, 255];

const send = (body: BodyInit) => exports.default.fetch("https://avatars.example.com/", { method: "POST", body });
const info = (image: Blob) => env.IMAGES.info(image.stream());

describe("Images", () => {
  it("says what an image is", async () => {
    expect(await info(red())).toEqual({ format: "image/png", fileSize: 118, width: 60, height: 40 });
    const drawing = new Blob(['<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>']);
    expect(await info(drawing)).toEqual({ format: "image/svg+xml" });
  });

  it("resizes, and draws another image on it", async () => {
    const response = await send(red());
    expect(response.headers.get("Content-Type")).toBe("image/png");
    const avatar = await response.blob();
    expect(await info(avatar)).toMatchObject({ width: 32, height: 32 });
    expect([await colorAt(avatar, 0, 0), await colorAt(avatar, 21, 31), await colorAt(avatar, 22, 22), await colorAt(avatar, 31, 31)]).toEqual([RED, RED, BLUE, BLUE]);
  });

  it("throws an error with Cloudflare's number for what is no image", async () => {
    await expect(info(new Blob(["a text"]))).rejects.toMatchObject({ code: 9520, message: expect.stringContaining("IMAGES_INFO_ERROR 9520") });
    expect((await send("a text")).status).toBe(415);
  });

  it.each([
    [{ width: 30 }, 30, 20],
    [{ width: 600 }, 60, 40],
    [{ width: 120, fit: "contain" }, 120, 80],
    [{ width: 30, height: 30, fit: "pad" }, 30, 30],
    [{ width: 30, height: 30, fit: "squeeze" }, 30, 30],
    [{ width: 80, height: 30, fit: "crop" }, 60, 30],
    [{ rotate: 90 }, 40, 60],
    [{ trim: { top: 10, left: 20 } }, 40, 30],
    [{ border: { color: "#00ff00", width: 5 } }, 70, 50],
  ] satisfies [ImageTransform, number, number][])("makes %j of 60 by 40 pixels: %i by %i", async (transform, width, height) => {
    const result = await env.IMAGES.input(red().stream()).transform(transform).output({ format: "image/png" });
    expect(await info(await result.response().blob())).toMatchObject({ width, height });
  });

  it.each(["image/jpeg", "image/png", "image/webp", "image/avif", "image/gif"] as const)("writes %s", async (format) => {
    const result = await env.IMAGES.input(red().stream()).output({ format, quality: 50 });
    expect(result.contentType()).toBe(format);
    expect(await info(await result.response().blob())).toMatchObject({ format, width: 60, height: 40 });
  });

  it("applies transforms and drawings in their order, drawn images' own first", async () => {
    const small = env.IMAGES.input(red().stream()).transform({ width: 10, height: 10, fit: "squeeze" });
    const green = { color: "#00ff00", width: 20 };
    const result = await env.IMAGES.input(red().stream()).transform({ border: green }).draw(small, { top: 0, left: 0 }).transform({ rotate: 180 }).output({ format: "image/png" });
    const image = await result.response().blob();
    expect([await colorAt(image, 99, 79), await colorAt(image, 50, 40), await colorAt(image, 0, 0)]).toEqual([RED, RED, [0, 255, 0]]);
  });

  it("draws what is half transparent, and over and over", async () => {
    const draw = async (options: ImageDrawOptions) => {
      const paper = env.IMAGES.input(red().stream()).transform({ border: { color: "#ffffff", width: 30 } });
      return (await paper.draw(red().stream(), options).output({ format: "image/png" })).response().blob();
    };
    expect(await colorAt(await draw({ opacity: 0.5, top: -20, left: 0 }), 0, 0)).toEqual([255, expect.closeTo(127, -1), expect.closeTo(127, -1)]);
    const repeated = await draw({ repeat: true });
    expect([await colorAt(repeated, 0, 0), await colorAt(repeated, 119, 99)]).toEqual([RED, RED]);
  });

  it("refused: transforms that only Cloudflare has", async () => {
    const segmented = env.IMAGES.input(red().stream()).transform({ segment: "foreground" }).output({ format: "image/png" });
    await expect(segmented).rejects.toThrow("the transform `segment` is not available in tests");
    await expect(env.IMAGES.input(red().stream()).output({ format: "rgb" })).rejects.toThrow("the output format `rgb` is not available in tests");
  });
});
