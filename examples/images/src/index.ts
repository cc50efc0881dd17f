import { badge } from "./badge";

/** The longest side of a picture, in pixels. */
const LARGEST = 1000;

/** Makes pictures that are sent to it into avatars: 32 by 32 pixels, with a badge in the corner. */
export default {
  async fetch(request, env) {
    const picture = await request.blob();
    let info: ImageInfoResponse;
    try {
      info = await env.IMAGES.info(picture.stream());
    } catch {
      return new Response("That is no picture", { status: 415 });
    }
    if ("width" in info && Math.max(info.width, info.height) > LARGEST) return new Response("That is too large", { status: 413 });
    const avatar = await env.IMAGES.input(picture.stream())
      .transform({ width: 32, height: 32, fit: "cover" })
      .draw(badge(), { bottom: 0, right: 0 })
      .output({ format: "image/png" });
    return avatar.response();
  },
} satisfies ExportedHandler<Env>;
