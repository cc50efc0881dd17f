/** Bindings to products that are names and ids. */
declare module "@cloudflare/vitest-plugin" {
	/** Names, or ids by name. */
	type Named<Key extends string> = string[] | Record<string, string | ({ [K in Key]: string } & Remote)>;

	/** What a remote binding has; it is local under test. */
	interface Remote {
		remoteProxyConnectionString?: URL;
	}

	/** A binding that a Worker has one of. */
	type Single = { binding: string } & Remote;

	type Product<Fields> = Record<string, Fields & Remote>;

	interface ProductOptions {
		/** Connection strings of databases, PostgreSQL or MySQL. */
		hyperdrives?: Record<string, string | URL>;
		ratelimits?: Record<string, { namespace_id?: string; simple: { limit: number; period?: 10 | 60 } }>;
		pipelines?: string[] | Record<string, string | ({ stream: string } & Remote) | ({ pipeline: string } & Remote)>;
		email?: { send_email?: SendEmailOptions[] };
		analyticsEngineDatasets?: Product<{ dataset: string }>;
		images?: Single;
		stream?: Single;
		media?: Single;
		versionMetadata?: string;
		workerLoaders?: Record<string, {}>;
		helloWorld?: Record<string, { enable_timer?: boolean }>;

		// Only Cloudflare has what follows: calls fail, unless a test mocks them.
		ai?: Single;
		analyticsSql?: Single;
		browserRendering?: Single & { headful?: boolean };
		vectorize?: Product<{ index_name: string }>;
		dispatchNamespaces?: Product<{ namespace: string }>;
		mtlsCertificates?: Product<{ certificate_id: string }>;
		vpcServices?: Product<{ service_id: string }>;
		vpcNetworks?: Product<{ tunnel_id: string } | { network_id: string }>;
		flagship?: Product<{ app_id: string }>;
		artifacts?: Product<{ namespace: string }>;
		agentMemory?: Product<{ namespace: string }>;
		k2?: Product<{ stream: string }>;
		aiSearchNamespaces?: Product<{ namespace?: string; instance_name?: string }>;
		aiSearchInstances?: Product<{ namespace?: string; instance_name?: string }>;
	}

	export interface SendEmailOptions extends Remote {
		name: string;
		/** The one address that mail goes to. */
		destination_address?: string;
		/** The addresses that mail may go to; not with `destination_address`. */
		allowed_destination_addresses?: string[];
		allowed_sender_addresses?: string[];
	}
}
