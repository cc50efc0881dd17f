/** Who answers: the other end of a service binding, of outgoing requests, of tail events. */
declare module "@cloudflare/vitest-plugin" {
	/** What is used of a `Request` and a `Response`: those of Node and those of Miniflare both fit. */
	export interface ServiceRequest extends ServiceBody {
		readonly url: string;
		readonly method: string;
		readonly redirect: string;
		readonly signal: any;
		readonly cf?: any;
		clone(): any;
	}

	export interface ServiceResponse extends ServiceBody {
		readonly status: number;
		readonly statusText: string;
	}

	interface ServiceBody {
		readonly headers: ServiceHeaders;
		readonly body: any;
		readonly bodyUsed: boolean;
		arrayBuffer(): Promise<ArrayBuffer>;
		blob(): Promise<any>;
		formData(): Promise<any>;
		json(): Promise<any>;
		text(): Promise<string>;
	}

	interface ServiceHeaders extends Iterable<[string, string]> {
		get(name: string): string | null;
		has(name: string): boolean;
		getSetCookie(): string[];
		forEach(callback: (value: string, name: string) => void): void;
		keys(): Iterable<string>;
		values(): Iterable<string>;
		entries(): Iterable<[string, string]>;
	}

	/** A function of the config, which Node runs. */
	export type ServiceFunction = Service["answer"];

	interface Service {
		// A method, so that a function may say which `Request` it takes.
		answer(request: ServiceRequest, miniflare: any): ServiceResponse | Promise<ServiceResponse>;
	}

	/** Miniflare's `kCurrentWorker` stands for the Worker that has the option. */
	type ServiceName = string | symbol;

	interface TlsOptions {
		trustBrowserCas?: boolean;
		/** In PEM. */
		trustedCertificates?: string[];
	}

	export type ServiceDesignator =
		| ServiceName
		| ServiceFunction
		// No function, although functions have names.
		| { name: ServiceName; entrypoint?: string; props?: Record<string, unknown>; apply?: never }
		/** Address ranges: CIDR blocks, or `public`, `private`, `local`, `network`, `unix`. */
		| { network: { allow?: string[]; deny?: string[]; tlsOptions?: TlsOptions } }
		| { external: { address: string; http?: object; https?: { certificateHost?: string; tlsOptions?: TlsOptions } } }
		| { disk: { path: string; writable?: boolean } }
		| { node: (request: any, response: any, miniflare: any) => void | Promise<void> };
}
