/**
 * Serves the functions of a config to workerd: each stands for a Worker, gets Miniflare's `Request` and gives its `Response`.
 * workerd sends them HTTP as to a proxy, so that the whole URL arrives, and names the function in a header.
 */
import http from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import zlib from "node:zlib";
import { coupleWebSocket, Headers, Request, Response } from "miniflare";
import { WebSocketServer } from "ws";
import { stackOf } from "./errors.mjs";

/** The option in which the function stands, percent-encoded. */
const FUNCTION_HEADER = "wpt-function";
/** `request.cf`, as JSON. */
const CF_HEADER = "wpt-cf";

const ENCODERS = { gzip: zlib.createGzip, deflate: zlib.createDeflate, br: zlib.createBrotliCompress };

/** Miniflare gives its own instance to functions; there is none here. */
const instance = new Proxy(
	{},
	{
		get(_target, key) {
			throw new Error(`wpt-gen runs no Miniflare: \`${String(key)}\` of the second argument is not there`);
		},
	},
);

/**
 * @param functions by the options they stand in
 * @param socket the path of the unix socket to listen on
 */
export async function serveFunctions(functions, socket) {
	const webSockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
	// The URL has the host.
	const server = http.createServer({ requireHostHeader: false }, async (incoming, outgoing) => {
		const handler = nodeHandler(functions, incoming);
		if (handler) handler(incoming, outgoing, instance);
		else await send(await call(functions, incoming), outgoing);
	});
	server.on("upgrade", async (incoming, connection, head) => {
		const response = await call(functions, incoming);
		if (response.webSocket) {
			webSockets.once("headers", (headers) => headers.push(...protocolOf(response)));
			webSockets.handleUpgrade(incoming, connection, head, (webSocket) => void coupleWebSocket(webSocket, response.webSocket));
			return;
		}
		const outgoing = new http.ServerResponse(incoming);
		outgoing.assignSocket(connection);
		await send(response, outgoing);
		connection.end();
	});
	// workerd keeps connections that it may use again.
	server.keepAliveTimeout = 0;
	await new Promise((resolve, reject) => server.once("error", reject).listen(socket, resolve));
}

/** A handler in the style of `node:http`, as `{ node: (request, response) => … }` gives it; it gets no header of ours. */
function nodeHandler(functions, incoming) {
	const option = decodeURIComponent(incoming.headers[FUNCTION_HEADER]);
	if (!option.endsWith(".node")) return undefined;
	const { host, pathname, search } = new URL(incoming.url);
	delete incoming.headers[FUNCTION_HEADER];
	delete incoming.headers[CF_HEADER];
	incoming.headers.host ??= host;
	incoming.url = pathname + search;
	return functions.get(option);
}

function protocolOf(response) {
	const protocol = response.headers.get("Sec-WebSocket-Protocol");
	return protocol ? [`Sec-WebSocket-Protocol: ${protocol}`] : [];
}

/** Calls a function; an error is shown, and becomes a response, as with Miniflare. */
async function call(functions, incoming) {
	const option = decodeURIComponent(incoming.headers[FUNCTION_HEADER]);
	try {
		const response = await functions.get(option)(requestOf(incoming), instance);
		if (typeof response?.status === "number" && typeof response.headers?.get === "function") return response;
		throw new TypeError(`\`${option}\` has to return a Response, and returned ${response === null ? "null" : typeof response}`);
	} catch (error) {
		const text = stackOf(error);
		console.error(text);
		return new Response(text, { status: 500 });
	}
}

function requestOf(incoming) {
	const { method, url, headers, rawHeaders } = incoming;
	const own = new Headers();
	for (let index = 0; index < rawHeaders.length; index += 2) {
		const name = rawHeaders[index].toLowerCase();
		if (name !== FUNCTION_HEADER && name !== CF_HEADER && name !== "transfer-encoding") own.append(name, rawHeaders[index + 1]);
	}
	const hasBody = method !== "GET" && method !== "HEAD";
	return new Request(url, {
		method,
		headers: own,
		body: hasBody ? Readable.toWeb(incoming) : undefined,
		duplex: "half",
		redirect: "manual",
		cf: headers[CF_HEADER] && JSON.parse(headers[CF_HEADER]),
	});
}

async function send(response, outgoing) {
	const headers = {};
	for (const [name, value] of response.headers) if (name !== "set-cookie") headers[name] = value;
	const cookies = response.headers.getSetCookie();
	if (cookies.length > 0) headers["set-cookie"] = cookies;
	// A body is plain, whatever its encoding is to be: that is how Workers make responses, and how `fetch()` gives them.
	const encoder = response.encodeBody === "manual" ? undefined : ENCODERS[headers["content-encoding"]];
	if (encoder) delete headers["content-length"];
	outgoing.writeHead(response.status, response.statusText, headers);
	if (!response.body) return outgoing.end();
	const body = Readable.fromWeb(response.body);
	// The Worker may stop reading at any time.
	await pipeline(encoder ? [body, encoder(), outgoing] : [body, outgoing]).catch(() => outgoing.destroy());
}
