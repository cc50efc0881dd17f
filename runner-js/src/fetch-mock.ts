/**
 * The module `wpt:fetch-mock`: `fetchMock` of `cloudflare:test`, which is undici's mock agent put before the isolate's
 * `fetch`. Loaded before the first module that names it.
 */
import { SEND } from "./fetch-mock/undici";
import { kClients } from "undici/lib/core/symbols.js";
import MockAgent from "undici/lib/mock/mock-agent.js";
import { kDispatches, kMockAgentGet } from "undici/lib/mock/mock-symbols.js";

/** What the agent calls with the parts of a mocked response, or with an error. */
interface Handler {
	onConnect(abort: (reason: unknown) => void): void;
	onHeaders(status: number, headers: Uint8Array[], resume: () => void, statusText: string): boolean;
	onData(chunk: Uint8Array): boolean;
	onComplete(trailers: Uint8Array[]): void;
	onError(error: unknown): void;
}

const NULL_BODY_STATUS = new Set([101, 204, 205, 304]);
const HEADER_METHODS = ["append", "delete", "set"] as const;

const send = globalThis.fetch;

/** The agent: one for each isolate. Tests of a file share it, and the next file gets it without any interceptors. */
export const fetchMock = new MockAgent({ connections: 1 });

/** Forgets everything that a test file told the agent. */
export function resetFetchMock(): void {
	fetchMock.deactivate();
	fetchMock.enableNetConnect();
	fetchMock[kClients].clear();
}
resetFetchMock();

/** Puts the agent before the global `fetch`. */
export function interceptFetch(): void {
	globalThis.fetch = fetch;
}

async function fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
	if (!fetchMock.isMockActive) return send(input, init);
	const request = new Request(input as RequestInfo, init);
	// A WebSocket is no response that can be mocked.
	if (request.headers.has("Upgrade")) return send(request);
	request.signal?.throwIfAborted();
	const { origin, pathname, search } = new URL(request.url);
	// Only an interceptor looks at the body: a request for which there is none is sent as it is.
	const body = request.body && isIntercepted(origin) ? new Uint8Array(await request.arrayBuffer()) : undefined;
	return new Promise((resolve, reject) => {
		const options = {
			origin,
			path: pathname + search,
			method: request.method,
			headers: headersOf(request),
			body: body ? new TextDecoder().decode(body) : "",
			[SEND]: () => resolve(send(body ? new Request(request, { body }) : request)),
		};
		fetchMock.dispatch(options, answering(request, resolve, reject));
	});
}

function isIntercepted(origin: string): boolean {
	return (fetchMock[kMockAgentGet](origin)?.[kDispatches].length ?? 0) > 0;
}

function headersOf(request: Request): Record<string, string | string[]> {
	const headers: Record<string, string | string[]> = Object.fromEntries(request.headers);
	const cookies = request.headers.getSetCookie();
	if (cookies.length > 0) headers["set-cookie"] = cookies;
	return headers;
}

function answering(request: Request, resolve: (response: Response) => void, reject: (error: unknown) => void): Handler {
	const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
	let init: ResponseInit = {};
	let body: Uint8Array | null = null;
	return {
		onConnect: (abort) => request.signal?.addEventListener("abort", () => abort(request.signal.reason)),
		onHeaders(status, headers, _resume, statusText) {
			const pairs: [string, string][] = [];
			for (let i = 0; i < headers.length; i += 2) pairs.push([text(headers[i]), text(headers[i + 1])]);
			init = { status, statusText, headers: pairs };
			return true;
		},
		onData(chunk) {
			body = chunk;
			return true;
		},
		onComplete() {
			try {
				resolve(received(request.url, new Response(NULL_BODY_STATUS.has(init.status ?? 0) ? null : body, init)));
			} catch (error) {
				reject(error);
			}
		},
		onError: reject,
	};
}

/** Makes a response look as one from the network: it has a URL, and its headers cannot be changed. */
function received(url: string, response: Response): Response {
	const refuse = () => {
		throw new TypeError("Can't modify immutable headers.");
	};
	for (const method of HEADER_METHODS) Object.defineProperty(response.headers, method, { value: refuse });
	return Object.defineProperty(response, "url", { value: url });
}
