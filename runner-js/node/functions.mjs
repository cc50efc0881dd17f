/**
 * Serves the functions of a config to workerd: each stands for a Worker, gets Miniflare's `Request` and gives its `Response`.
 * workerd sends them HTTP as to a proxy, so that the whole URL arrives, and names the function in a header.
 */
import http from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import zlib from "node:zlib";
import { WebSocketServer } from "ws";
import { stackOf } from "./errors.mjs";
import { importMiniflare } from "./miniflare.mjs";

/** `fetch:` or `node:`, and the option in which the function stands, percent-encoded. `src/emit/message.rs` writes it. */
const FUNCTION_HEADER = "wpt-function";
/** `request.cf`, as JSON. */
const CF_HEADER = "wpt-cf";
/** What is said of the connection, which a `Request` may not have. */
const CONNECTION_HEADERS = ["transfer-encoding", "connection", "keep-alive", "expect", FUNCTION_HEADER, CF_HEADER];

/** A body is plain, whatever its encoding is to be: that is how Workers make responses, and how `fetch()` gives them. */
const deflating = { flush: zlib.constants.Z_SYNC_FLUSH };
const ENCODERS = {
	gzip: () => zlib.createGzip(deflating),
	deflate: () => zlib.createDeflate(deflating),
	br: () => zlib.createBrotliCompress({ flush: zlib.constants.BROTLI_OPERATION_FLUSH }),
};

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
 * @param root the project's folder, whose Miniflare the config imports
 * @returns the server
 */
export async function serveFunctions(functions, socket, root) {
	const context = { functions, miniflare: await importMiniflare(root) };
	// The URL has the host.
	const server = http.createServer({ requireHostHeader: false });
	server.on("request", (incoming, outgoing) => void answer(incoming, outgoing, context));
	server.on("upgrade", (incoming, connection, head) => void upgrade(incoming, connection, head, context));
	// workerd keeps connections that it may use again.
	server.keepAliveTimeout = 0;
	await new Promise((resolve, reject) => server.once("error", reject).listen(socket, resolve));
	return server;
}

/** Which function a request is for, and how that is called. */
function target(incoming, { functions }) {
	const [form, encoded] = incoming.headers[FUNCTION_HEADER].split(":");
	const option = decodeURIComponent(encoded);
	return { form, option, call: functions.get(option) };
}

async function answer(incoming, outgoing, context) {
	const { form, option, call } = target(incoming, context);
	if (form === "fetch") return send(await respond(incoming, context), outgoing);
	// A handler in the style of `node:http`, as `{ node: (request, response) => … }` gives it; it gets no header of ours.
	delete incoming.headers[FUNCTION_HEADER];
	delete incoming.headers[CF_HEADER];
	try {
		await call(incoming, outgoing, instance);
	} catch (error) {
		if (!outgoing.headersSent) outgoing.writeHead(500);
		outgoing.end(report(option, error));
	}
}

/** Calls a function; an error is shown, and becomes a response, as with Miniflare. */
async function respond(incoming, context) {
	const { option, call } = target(incoming, context);
	try {
		const response = await call(requestOf(incoming, context.miniflare), instance);
		if (typeof response?.status === "number" && typeof response.headers?.get === "function") return response;
		throw new TypeError(`\`${option}\` has to return a Response, and returned ${response === null ? "null" : typeof response}`);
	} catch (error) {
		return new Response(report(option, error), { status: 500 });
	}
}

function report(option, error) {
	const text = stackOf(error);
	console.error(`\`${option}\` of the Vitest config failed: ${text}`);
	return text;
}

function requestOf(incoming, { Request }) {
	const { method, url, headersDistinct, headers } = incoming;
	const own = Object.entries(headersDistinct).filter(([name]) => !CONNECTION_HEADERS.includes(name));
	const hasBody = method !== "GET" && method !== "HEAD";
	const abandoned = new AbortController();
	incoming.once("close", () => incoming.complete || abandoned.abort());
	return new Request(url, {
		method,
		headers: own.flatMap(([name, values]) => values.map((value) => [name, value])),
		body: hasBody ? Readable.toWeb(incoming) : undefined,
		duplex: "half",
		redirect: "manual",
		signal: abandoned.signal,
		cf: headers[CF_HEADER] && JSON.parse(headers[CF_HEADER]),
	});
}

async function send(response, outgoing) {
	const headers = Object.fromEntries(response.headers);
	const cookies = response.headers.getSetCookie();
	if (cookies.length > 0) headers["set-cookie"] = cookies;
	const encoder = ENCODERS[headers["content-encoding"]]?.();
	if (encoder) delete headers["content-length"];
	try {
		outgoing.writeHead(response.status, response.statusText, headers);
		if (!response.body) return void outgoing.end();
		outgoing.flushHeaders();
		const body = Readable.fromWeb(response.body);
		await pipeline(encoder ? [body, encoder, outgoing] : [body, outgoing]);
	} catch {
		// The Worker may stop reading at any time; and it learns of a response that ends early.
		outgoing.destroy();
	}
}

/** Answers a request for a WebSocket. */
async function upgrade(incoming, connection, head, context) {
	connection.on("error", () => connection.destroy());
	const response = await respond(incoming, context);
	if (!response.webSocket) {
		const outgoing = new http.ServerResponse(incoming);
		outgoing.assignSocket(connection);
		await send(response, outgoing);
		return connection.end();
	}
	const protocol = response.headers.get("sec-websocket-protocol");
	const server = new WebSocketServer({ noServer: true, handleProtocols: () => protocol ?? false });
	server.on("headers", (lines) => {
		const own = [...response.headers].filter(([name]) => !/^(?:connection|upgrade|sec-websocket-.*)$/.test(name));
		lines.push(...own.map(([name, value]) => `${name}: ${value}`));
	});
	server.handleUpgrade(incoming, connection, head, (webSocket) => {
		const { option } = target(incoming, context);
		context.miniflare.coupleWebSocket(webSocket, response.webSocket).catch((error) => {
			report(option, error);
			webSocket.terminate();
		});
	});
}
