// Decodes and transforms images for the Images binding, with the project's own `sharp`. Listens on the socket that is its
// standard input; what workerd's binding sends is a form with the images and the operations on them.
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { Readable } from "node:stream";
import { output, run } from "./image-operations.mjs";

const [, , sharpFolder] = process.argv;

let sharp;
function loadSharp() {
	sharp ??= createRequire(import.meta.url)(sharpFolder);
	return sharp;
}

const FORMATS = { jpeg: "image/jpeg", svg: "image/svg+xml", png: "image/png", webp: "image/webp", gif: "image/gif", heif: "image/avif" };

/** An error that the binding's call throws; Cloudflare's number for what the image or the call is to blame for. */
class ImagesError extends Error {
	constructor(message, code = 9520, status = 415) {
		super(message);
		Object.assign(this, { code, status });
	}
}

async function info(image) {
	const { format, width, height } = await loadSharp()(image).metadata();
	const type = FORMATS[format];
	if (!type) throw new ImagesError(`Unsupported image type ${format}, expected one of: JPEG, SVG, PNG, WebP, GIF or AVIF`);
	return Response.json(type === FORMATS.svg ? { format: type } : { format: type, file_size: image.length, width, height });
}

async function transform(form) {
	// Drawn images are numbered in the order in which they come.
	const drawn = [...form].filter(([name]) => name.startsWith("draw_"));
	if (form.has("text_input") || drawn.some(([name]) => name === "draw_text")) throw new ImagesError("text cannot be drawn in tests", 9523);
	const images = await Promise.all([form.get("image"), ...drawn.map(([, value]) => value)].map(bytes));
	const canvas = await run(loadSharp(), images, JSON.parse(form.get("transforms") ?? "[]"));
	const [data, type] = await output(loadSharp(), canvas, {
		format: form.get("output_format"),
		quality: form.has("output_quality") ? Number(form.get("output_quality")) : undefined,
		background: form.get("background"),
	});
	return new Response(data, { headers: { "content-type": type } });
}

async function bytes(file) {
	if (!(file instanceof Blob)) throw new ImagesError("an image is missing", 9523, 400);
	return Buffer.from(await file.arrayBuffer());
}

async function answer(incoming) {
	const request = new Response(Readable.toWeb(incoming), { headers: { "content-type": incoming.headers["content-type"] ?? "" } });
	const form = await request.formData();
	return incoming.url.endsWith("/info") ? info(await bytes(form.get("image"))) : transform(form);
}

function refusal({ message, code = 9520, status = 415 }) {
	// What sharp throws has no number: it could not read an image, or not do what it was told.
	const number = Number.isInteger(code) ? code : 9523;
	return new Response(`ERROR ${number}: ${message}`, { status, headers: { "cf-images-binding": `err=${number}` } });
}

createServer(async (incoming, outgoing) => {
	const response = await answer(incoming).catch(refusal);
	outgoing.writeHead(response.status, Object.fromEntries(response.headers));
	outgoing.end(Buffer.from(await response.arrayBuffer()));
}).listen({ fd: 0 });
