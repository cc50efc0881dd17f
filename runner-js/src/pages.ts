/** What a Pages function gets when a test calls it. */
import { type ExecutionContext, shareWork } from "./events";

interface EventContextInit {
	request: Request;
	functionPath?: string;
	next?: (request: Request) => Response | Promise<Response>;
	params?: Record<string, string | string[]>;
	data?: Record<string, unknown>;
}

type Checks = { [Field in keyof EventContextInit]-?: [type: string, passes: (value: unknown) => boolean] };

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
const isAbsentOr = (type: string) => (value: unknown) => value === undefined || typeof value === type;
const isAbsentOrObject = (value: unknown) => value === undefined || isObject(value);

const CHECKS: Checks = {
	request: ["Request", (value) => value instanceof Request],
	functionPath: ["string", isAbsentOr("string")],
	next: ["function", isAbsentOr("function")],
	params: ["object", isAbsentOrObject],
	data: ["object", isAbsentOrObject],
};

/** Test suites rely on the texts. */
function checkInit(init: unknown): asserts init is EventContextInit {
	if (!isObject(init)) {
		throw new TypeError("Failed to execute 'createPagesEventContext': parameter 1 is not of type 'EventContextInit'.");
	}
	for (const [field, [type, passes]] of Object.entries(CHECKS)) {
		if (passes((init as Record<string, unknown>)[field])) continue;
		throw new TypeError(`Incorrect type for the '${field}' field on 'EventContextInit': the provided value is not of type '${type}'.`);
	}
}

/** Pages gives every function a binding to the project's static files. */
function checkAssets(env: Record<string, unknown>): void {
	const assets = env.ASSETS;
	if (isObject(assets) && typeof (assets as { fetch?: unknown }).fetch === "function") return;
	throw new TypeError("Cannot call `createPagesEventContext()` without defining `ASSETS` service binding");
}

/** The `context` of a Pages function; `own` carries the work that the function leaves to it. */
export function createPagesEventContext(init: unknown, env: Record<string, unknown>, own: ExecutionContext): object {
	checkInit(init);
	checkAssets(env);
	const { request, functionPath = "", next, params = {}, data = {} } = init;
	const context = {
		// What the function reads of its request, `next()` can read again.
		request: next ? request.clone() : request,
		functionPath,
		waitUntil: own.waitUntil.bind(own),
		passThroughOnException: own.passThroughOnException.bind(own),
		async next(input?: RequestInfo, options?: RequestInit): Promise<Response> {
			if (!next) {
				throw new TypeError(
					"Cannot call `EventContext#next()` without including `next` property in 2nd argument to `createPagesEventContext()`",
				);
			}
			if (input === undefined) return next(request);
			return next(new Request(typeof input === "string" ? new URL(input, request.url) : input, options));
		},
		env,
		params,
		data,
	};
	shareWork(own, context);
	return context;
}
