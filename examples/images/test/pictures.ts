import { env } from "cloudflare:workers";

/** A red picture of 60 by 40 pixels, as a PNG file. */
const RED = "iVBORw0KGgoAAAANSUhEUgAAADwAAAAoCAMAAACVZWnNAAAAA1BMVEX/AAAZ4gk3AAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAGUlEQVRIx+3BMQEAAADCoPVPbQwfoAAAeBgJiAABJcSfhgAAAABJRU5ErkJggg==";

export function red(): Blob {
  return new Blob([Uint8Array.from(atob(RED), (character) => character.charCodeAt(0))]);
}

/** The colour of a pixel: red, green and blue. */
export async function colorAt(image: Blob, left: number, top: number): Promise<number[]> {
  const pixel = await env.IMAGES.input(image.stream()).transform({ trim: { left, top, width: 1, height: 1 } }).output({ format: "image/png" });
  const png = new DataView(await pixel.response().arrayBuffer());
  // The file is a row of chunks: length, type, data, checksum. One has the pixels, after a byte for each row.
  for (let at = 8; at < png.byteLength; at += png.getUint32(at) + 12) {
    if (png.getUint32(at + 4) !== 0x49444154) continue;
    const data = new Blob([new Uint8Array(png.buffer, at + 8, png.getUint32(at))]).stream();
    const pixels = await new Response(data.pipeThrough(new DecompressionStream("deflate"))).arrayBuffer();
    return [...new Uint8Array(pixels, 1, 3)];
  }
  throw new Error("The file has no pixels");
}
