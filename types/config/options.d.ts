/** The options of the Workers pool. */
declare module "@cloudflare/vitest-plugin" {
	export interface WorkersPoolOptions {
		/** The main module of the Worker under test; `main` of the wrangler file, if not given. */
		main?: string;
		/** The wrangler file, relative to the project, and its environment. */
		wrangler?: { configPath?: string; environment?: string };
		/** A `cloudflare.config.ts`, in place of a wrangler file: `true`, or its path. */
		config?: boolean | string;
		/** Bindings and settings over the wrangler file, and auxiliary Workers. */
		miniflare?: MiniflareOptions;
		/** Wrangler files of other Workers, which the Worker under test is bound to. An option of wpt-gen's own. */
		auxiliaryWorkers?: { configPath: string }[];
		/** Exports of the Worker under test that its sources do not show. */
		additionalExports?: Record<string, "WorkerEntrypoint" | "DurableObject" | "WorkflowEntrypoint">;
		/** Whether messages of workerd itself are shown. */
		verbose?: boolean;
		/** Whether bindings may reach Cloudflare. Under wpt-gen none does. */
		remoteBindings?: boolean;
		/** Whether each test has storage of its own, or each file: `"file"` if not given. An option of wpt-gen's own. */
		isolation?: "file" | "test";
		/** Of the older generation: whether what a test stores is undone when it ends. */
		isolatedStorage?: boolean;
		/** Of the older generation: whether files run one after the other. */
		singleWorker?: boolean;
	}

	/** Options of the Worker under test, and of auxiliary Workers. */
	export interface MiniflareOptions extends SharedWorkerOptions, IgnoredMiniflareOptions {
		/** What files are that the Worker imports, over the rules of the wrangler file. */
		modulesRules?: ModuleRule[];
		workers?: AuxiliaryWorkerOptions[];
	}

	/** Options of an auxiliary Worker. */
	export interface AuxiliaryWorkerOptions extends SharedWorkerOptions {
		/** By which other Workers know it. */
		name: string;
		/** All modules, the main one first; or whether the script is a module. */
		modules?: boolean | ModuleDefinition[];
		/** Modules are named by their paths from this folder. */
		modulesRoot?: string;
		modulesRules?: ModuleRule[];
		/** The text of the main module. */
		script?: string;
		/** The file of the main module. */
		scriptPath?: string;
	}

	export type ModuleType =
		| "ESModule"
		| "CommonJS"
		| "Text"
		| "Data"
		| "CompiledWasm"
		| "PythonModule"
		| "PythonRequirement";

	export interface ModuleRule {
		type: ModuleType;
		/** Globs. */
		include: string[];
		/** Whether later rules for the type count too. */
		fallthrough?: boolean;
	}

	export interface ModuleDefinition {
		type: ModuleType;
		path: string;
		/** Those of the file, if not given. */
		contents?: string | Uint8Array;
	}

	/** Known, and without effect under test: where data stays, sockets, logs, the inspector. */
	interface IgnoredMiniflareOptions {
		host?: string;
		port?: number;
		https?: boolean;
		inspectorPort?: number;
		liveReload?: boolean;
		log?: object;
		upstream?: string;
		verbose?: boolean;
		cf?: boolean | string | Record<string, unknown>;
		resourcePersistencePath?: string;
		defaultPersistRoot?: string;
		kvPersist?: boolean | string;
		d1Persist?: boolean | string;
		r2Persist?: boolean | string;
		cachePersist?: boolean | string;
		durableObjectsPersist?: boolean | string;
		workflowsPersist?: boolean | string;
		handleStructuredLogs?(log: { timestamp: number; level: string; message: string }): void;
	}
}
