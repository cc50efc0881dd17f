/** undici's mock agent, as tests use it. */
declare module "cloudflare:test" {
	type FetchMockMatcher = string | RegExp | ((value: string) => boolean);
	type FetchMockHeaders = Record<string, string | string[] | undefined>;

	interface FetchMockRequest {
		path: FetchMockMatcher;
		/** `GET`, if not given. */
		method?: FetchMockMatcher;
		body?: FetchMockMatcher;
		headers?: Record<string, FetchMockMatcher> | ((headers: Record<string, string>) => boolean);
		query?: Record<string, unknown>;
	}

	/** The request that a reply is for. */
	interface FetchMockCall {
		path: string;
		origin: string;
		method: string;
		body?: BodyInit | null;
		headers: Headers | Record<string, string>;
	}

	interface FetchMockResponseOptions {
		headers?: FetchMockHeaders;
		trailers?: Record<string, string>;
	}

	type FetchMockData = object | string;

	interface FetchMockReply {
		statusCode: number;
		data?: FetchMockData;
		responseOptions?: FetchMockResponseOptions;
	}

	interface FetchMockScope {
		/** Replies after so many milliseconds. */
		delay(milliseconds: number): FetchMockScope;
		/** Replies to every such request. */
		persist(): FetchMockScope;
		/** Replies so many times; once, if not called. */
		times(times: number): FetchMockScope;
	}

	interface FetchMockInterceptor {
		reply(callback: (call: FetchMockCall) => FetchMockReply | Promise<FetchMockReply>): FetchMockScope;
		reply(
			statusCode: number,
			data?: FetchMockData | ((call: FetchMockCall) => FetchMockData | Promise<FetchMockData>),
			options?: FetchMockResponseOptions,
		): FetchMockScope;
		replyWithError<E extends Error>(error: E): FetchMockScope;
		defaultReplyHeaders(headers: FetchMockHeaders): FetchMockInterceptor;
		defaultReplyTrailers(trailers: Record<string, string>): FetchMockInterceptor;
		replyContentLength(): FetchMockInterceptor;
	}

	interface FetchMockOrigin {
		intercept(request: FetchMockRequest): FetchMockInterceptor;
		/** Forgets what was to be intercepted. */
		cleanMocks(): void;
	}

	interface FetchMockPending extends FetchMockRequest {
		origin: string;
		times: number | null;
		persist: boolean;
		consumed: boolean;
	}

	interface FetchMock {
		/** Requests to an origin, to be intercepted. */
		get(origin: FetchMockMatcher): FetchMockOrigin;
		/** Puts the mock before `fetch()`. */
		activate(): void;
		deactivate(): void;
		/** Lets requests through that nothing intercepts: all, or those to matching hosts. */
		enableNetConnect(host?: FetchMockMatcher): void;
		/** Fails requests that nothing intercepts. */
		disableNetConnect(): void;
		pendingInterceptors(): FetchMockPending[];
		/** Throws if something was not asked for that is to be intercepted. */
		assertNoPendingInterceptors(options?: {
			pendingInterceptorsFormatter?: { format(pending: readonly FetchMockPending[]): string };
		}): void;
	}

	/** Answers requests that the isolate makes with `fetch()`; not active until `activate()` is called. */
	export const fetchMock: FetchMock;
}
