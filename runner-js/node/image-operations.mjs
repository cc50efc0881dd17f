// What the Images binding does with images, in terms of sharp.

/** How an image is fitted into a width and a height. */
const FITS = {
	"scale-down": { fit: "inside", withoutEnlargement: true },
	contain: { fit: "inside" },
	cover: { fit: "cover" },
	crop: { fit: "cover", withoutEnlargement: true },
	pad: { fit: "contain" },
	squeeze: { fit: "fill" },
};
const POSITIONS = { left: "left", right: "right", top: "top", bottom: "bottom", center: "centre", auto: "attention" };

/** Operations in the order in which one transform has them: each changes a pipeline of sharp's. */
const OPERATIONS = {
	trim: (image, { top = 0, left = 0, right = 0, bottom = 0, width, height }, { size }) =>
		image.extract({ left, top, width: width ?? size.width - left - right, height: height ?? size.height - top - bottom }),
	rotate: (image, angle) => image.rotate(angle),
	flip: (image, axes) => {
		if (axes.includes("h")) image.flop();
		return axes.includes("v") ? image.flip() : image;
	},
	blur: (image, radius) => image.blur(Math.max(0.3, radius)),
	sharpen: (image, strength) => (strength > 0 ? image.sharpen({ sigma: strength }) : image),
	brightness: (image, factor) => image.modulate({ brightness: factor }),
	saturation: (image, factor) => image.modulate({ saturation: factor }),
	contrast: (image, factor) => image.linear(factor, 128 * (1 - factor)),
	border: (image, { color, width = 0, top = width, left = width, right = width, bottom = width }) =>
		image.extend({ top, left, right, bottom, background: color }),
	background: (image, color) => image.flatten({ background: color }),
};
/** What resizing reads, and where an operation applies. */
const OTHER_KEYS = ["imageIndex", "width", "height", "fit", "gravity"];

/** Applies transforms and drawings to `images`, of which the first is the canvas; gives the canvas, as PNG. */
export async function run(sharp, images, steps) {
	// As a camera held it.
	const results = await Promise.all(images.map((image) => sharp(image).rotate().png().toBuffer()));
	for (const { drawImageIndex, targetImageIndex, ...step } of steps) {
		if (drawImageIndex === undefined) {
			const index = step.imageIndex ?? 0;
			results[index] = await transformed(sharp, results[index], step);
		} else {
			results[targetImageIndex] = await drawnOn(sharp, results[targetImageIndex], results[drawImageIndex], step);
		}
	}
	return results[0];
}

async function transformed(sharp, image, step) {
	const unknown = Object.keys(step).find((key) => !OTHER_KEYS.includes(key) && !(key in OPERATIONS));
	if (unknown) throw new Error(`the transform \`${unknown}\` is not available in tests`);
	let result = image;
	// One after the other: sharp has an order of its own.
	const apply = async (change) => {
		result = await change(sharp(result)).png().toBuffer();
	};
	for (const key of ["trim", "rotate"]) {
		if (step[key] !== undefined) await apply((it) => OPERATIONS[key](it, step[key], { size: pngSize(result) }));
	}
	if (step.width !== undefined || step.height !== undefined) await apply((it) => resized(it, step));
	for (const [key, operation] of Object.entries(OPERATIONS)) {
		if (key !== "trim" && key !== "rotate" && step[key] !== undefined) await apply((it) => operation(it, step[key]));
	}
	return result;
}

function resized(image, { width, height, fit = "scale-down", gravity, background }) {
	const how = FITS[fit];
	if (!how) throw new Error(`there is no fit \`${fit}\`; there are: ${Object.keys(FITS).join(", ")}`);
	if (typeof gravity === "object") throw new Error("a gravity of coordinates is not available in tests");
	return image.resize(width ?? null, height ?? null, {
		...how,
		position: POSITIONS[gravity],
		background: background ?? (fit === "pad" ? "#ffffff" : undefined),
	});
}

async function drawnOn(sharp, canvas, image, { opacity = 1, repeat = false, top, left, bottom, right, composite = "over" }) {
	const faded = opacity === 1 ? image : await sharp(image).ensureAlpha().composite([{ input: Buffer.from([255, 255, 255, Math.round(opacity * 255)]), raw: { width: 1, height: 1, channels: 4 }, tile: true, blend: "dest-in" }]).png().toBuffer();
	const [outer, inner] = [pngSize(canvas), pngSize(image)];
	const place = (start, end, whole, part) => Math.round(start ?? (end === undefined ? (whole - part) / 2 : whole - part - end));
	if (repeat) return sharp(canvas).composite([{ input: await tiles(sharp, faded, inner, outer, repeat), blend: composite }]).png().toBuffer();
	const at = { left: place(left, right, outer.width, inner.width), top: place(top, bottom, outer.height, inner.height) };
	const visible = await visiblePart(sharp, faded, inner, outer, at);
	return visible ? sharp(canvas).composite([{ ...visible, blend: composite }]).png().toBuffer() : canvas;
}

/** What of an image lies on the canvas: sharp takes nothing that is larger. */
async function visiblePart(sharp, input, inner, outer, { left, top }) {
	const from = { left: Math.max(0, -left), top: Math.max(0, -top) };
	const width = Math.min(inner.width - from.left, outer.width - Math.max(0, left));
	const height = Math.min(inner.height - from.top, outer.height - Math.max(0, top));
	if (width <= 0 || height <= 0) return undefined;
	return { input: await sharp(input).extract({ ...from, width, height }).png().toBuffer(), left: Math.max(0, left), top: Math.max(0, top) };
}

/** The image over and over, as large as the canvas: in both directions, or in one. */
async function tiles(sharp, input, inner, outer, repeat) {
	const width = repeat === "y" ? Math.min(inner.width, outer.width) : outer.width;
	const height = repeat === "x" ? Math.min(inner.height, outer.height) : outer.height;
	const tile = await visiblePart(sharp, input, inner, { width, height }, { left: 0, top: 0 });
	const area = { width, height, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } };
	return sharp({ create: area }).composite([{ input: tile.input, tile: true, gravity: "northwest" }]).png().toBuffer();
}

/** The size that a PNG file's header has. */
function pngSize(png) {
	return { width: png.readUInt32BE(16), height: png.readUInt32BE(20) };
}

/** The canvas in a format, and its type. */
export async function output(sharp, canvas, { format, quality, background }) {
	const image = background ? sharp(canvas).flatten({ background }) : sharp(canvas);
	const options = quality === undefined ? {} : { quality };
	switch (format) {
		case "image/avif":
			return [await image.avif(options).toBuffer(), format];
		case "image/gif":
			return [await image.gif().toBuffer(), format];
		case "image/png":
			return [await image.png().toBuffer(), format];
		case "image/webp":
			return [await image.webp(options).toBuffer(), format];
		case "image/jpeg":
			return [await image.jpeg(options).toBuffer(), format];
		default:
			throw new Error(`the output format \`${format}\` is not available in tests`);
	}
}
