/**
 * What undici's mock agent asks of the rest of undici and of Node, whose sockets a Worker does not have. Its modules are
 * bundled as they are, except for those named here: the bundle's first line leads their `require` to this table.
 */
import { STATUS_CODES } from "node-internal:internal_http_constants";
import { inspect } from "node-internal:internal_inspect";
import { stringify } from "node-internal:internal_querystring";
import { InvalidArgumentError } from "undici/lib/core/errors.js";
import { kClients } from "undici/lib/core/symbols.js";

/** On the options of a dispatch: sends the request to where it would have gone without the agent. */
export const SEND = Symbol("send");

interface Dispatch {
	origin: string;
	[SEND]?: () => void;
}

/** Stands for a client of undici's, which reaches an origin. */
class Client {
	dispatch(options: Dispatch): void {
		if (!options[SEND]) throw new InvalidArgumentError("Only requests of fetch() can be dispatched.");
		options[SEND]();
	}

	async close(): Promise<void> {}
}

/** Finds the client of an origin. A mock agent has made that before it dispatches. */
class Agent {
	readonly [kClients] = new Map<unknown, { dispatcher: { dispatch(options: Dispatch, handler: object): void } }>();

	dispatch(options: Dispatch, handler: object): void {
		this[kClients].get(options.origin)?.dispatcher.dispatch(options, handler);
	}

	async close(): Promise<void> {}
}

/** The base class of all these. */
class Dispatcher {}

interface Pending {
	method: unknown;
	path: unknown;
	origin: unknown;
	data: { statusCode?: number };
	persist: boolean;
	times: number;
	timesInvoked: number;
}

/** Lists interceptors as `@cloudflare/vitest-pool-workers` does, where undici draws a table. */
class PendingInterceptorsFormatter {
	format(pending: Pending[]): string {
		const lines = pending.map(({ method, origin, path, data, persist, times, timesInvoked }) => {
			const uses = { persist, invoked: timesInvoked, remaining: persist ? Infinity : times - timesInvoked };
			return `- ${method} ${origin}${path} ${data.statusCode} ${inspect(uses, { breakLength: Infinity })}`;
		});
		return lines.join("\n");
	}
}

function serializePathWithQuery(path: string, query: Record<string, unknown>): string {
	if (/[?#]/.test(path)) throw new Error('Query params cannot be passed when url already contains "?" or "#".');
	const text = stringify(query);
	return text ? `${path}?${text}` : path;
}

const modules: Record<string, unknown> = {
	"../core/util": { serializePathWithQuery },
	"../dispatcher/agent": Agent,
	"../dispatcher/client": Client,
	"../dispatcher/dispatcher": Dispatcher,
	"../dispatcher/pool": Client,
	"./pending-interceptors-formatter": PendingInterceptorsFormatter,
	"node:http": { STATUS_CODES },
	"node:util": { promisify: (close: unknown) => close, types: { isPromise: (value: unknown) => value instanceof Promise } },
};

Object.defineProperty(globalThis, Symbol.for("wpt.undici"), { value: (name: string) => modules[name] });
