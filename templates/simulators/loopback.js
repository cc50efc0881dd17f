// What Miniflare's scripts ask of its Node process.

/** Miniflare's level of warnings; errors are below it. */
const WARN = 2;

/** A front door for URLs of images and videos; nobody answers there. */
const PUBLIC_URL = "http://localhost:8787/";

export const loopback = {
	async fetch(input, init) {
		const request = new Request(input, init);
		const { pathname, searchParams } = new URL(request.url);
		switch (pathname) {
			case "/core/log":
				if (Number(request.headers.get("MF-Log-Level")) <= WARN) console.warn(await request.text());
				return new Response(null, { status: 204 });
			case "/core/public-url":
				return Response.json(PUBLIC_URL);
			case "/core/store-temp-file":
				return new Response(`${searchParams.get("prefix")}/${searchParams.get("id")}.${searchParams.get("extension")}`);
			default:
				return new Response("ERROR 9523: Images are decoded and transformed by the npm package `sharp`, while tests run: install it, or mock the call.", {
					status: 501,
					headers: { "cf-images-binding": "err=9523" },
				});
		}
	},
};
