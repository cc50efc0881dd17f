/** What a Worker has: its settings, and the bindings that mean something under test. */
declare module "@cloudflare/vitest-plugin" {
	/** Options of any Worker. Paths are relative to `rootPath`, which is relative to the project. */
	export interface SharedWorkerOptions extends StorageOptions, ProductOptions {
		name?: string;
		rootPath?: string;
		compatibilityDate?: string;
		/** Joined with those of the wrangler file. */
		compatibilityFlags?: string[];

		/** Values that JSON can hold. */
		bindings?: Record<string, Json>;
		/** Contents of files. */
		textBlobBindings?: Record<string, string>;
		/** Contents of files, or bytes. */
		dataBlobBindings?: Record<string, string | Uint8Array>;

		serviceBindings?: Record<string, ServiceDesignator>;
		/** Who answers what the Worker asks with `fetch()`. */
		outboundService?: ServiceDesignator;
		tails?: ServiceDesignator[];
		streamingTails?: ServiceDesignator[];
		unsafeOverrideFetchWorker?: string;
		unsafeEvalBinding?: string;

		assets?: AssetsOptions;
		/** The folder of a Workers Site. */
		sitePath?: string;
		/** Globs. */
		siteInclude?: string[];
		siteExclude?: string[];

		/** What the header `CF-Worker` of outgoing requests says. */
		zone?: string;
		/** What handlers see as `ctx.access`. */
		access?: { aud: string; identity?: Record<string, unknown> };

		cronTriggers?: string[];
		routes?: string[];
	}

	export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

	/** Static assets, over `assets` of the wrangler file. */
	export interface AssetsOptions {
		directory: string;
		binding?: string;
		run_worker_first?: boolean | string[];
		routerConfig?: { invoke_user_worker_ahead_of_assets?: boolean; has_user_worker?: boolean };
		assetConfig?: {
			html_handling?: "auto-trailing-slash" | "force-trailing-slash" | "drop-trailing-slash" | "none";
			not_found_handling?: "none" | "404-page" | "single-page-application";
			base_path?: string;
		};
	}

	/** Bindings that keep something. */
	interface StorageOptions {
		/** Whether the Cache API keeps anything. */
		cacheAPI?: boolean;
		/** @deprecated `cacheAPI`. */
		cache?: boolean;
		kvNamespaces?: Named<"id">;
		d1Databases?: Named<"id">;
		r2Buckets?: Named<"id">;
		durableObjects?: Record<string, string | DurableObjectOptions>;
		/** Classes that have a namespace, and no binding. */
		additionalUnboundDurableObjects?: DurableObjectOptions[];
		unsafeEphemeralDurableObjects?: boolean;
		/** By the binding's name. */
		queueProducers?: Record<string, string | { queueName: string; deliveryDelay?: number }> | string[];
		/** By the queue's name. */
		queueConsumers?: Record<string, QueueConsumerOptions> | string[];
		workflows?: Record<string, WorkflowOptions>;
		/** Workflows that nothing is bound to, by the exported class. */
		workflowExports?: Record<string, { name: string; stepLimit?: number }>;
		secretsStoreSecrets?: Record<string, { store_id: string; secret_name: string }>;
	}

	export interface DurableObjectOptions {
		className: string;
		/** The Worker that exports the class. */
		scriptName?: string;
		useSQLite?: boolean;
		unsafeUniqueKey?: string | symbol;
		unsafePreventEviction?: boolean;
	}

	/** Times are in seconds. */
	export interface QueueConsumerOptions {
		maxBatchSize?: number;
		maxBatchTimeout?: number;
		maxRetries?: number;
		deadLetterQueue?: string;
		retryDelay?: number;
	}

	export interface WorkflowOptions {
		name: string;
		className: string;
		/** The Worker that exports the class. */
		scriptName?: string;
		stepLimit?: number;
	}
}
