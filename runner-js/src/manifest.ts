/** What the compiler tells the runner about a project. Written by `wpt-gen` as the module `wpt:manifest`. */
export interface Manifest {
	/** The Worker's main module, as a path relative to the project root; absent for projects without one. */
	main?: string;
	/** Exports of the main module that are classes, by name. */
	classes: Record<string, ExportKind>;
	/** Whether something may happen that no test asks for: alarms of other Workers, queues, workflows. */
	worksByItself: boolean;
	/** Compiled modules, by URL: a path relative to the project root with a leading slash, and a query if it has one. */
	modules: Record<string, ModuleEntry>;
	/** For each module, what its specifiers mean: URLs, or names of built-in modules. Also those given to `vi.mock`. */
	imports: Record<string, Record<string, string>>;
	/** Files in `__mocks__` folders, relative to the project root. */
	mocks: string[];
	/** Whether there are auxiliary Workers, which write to workerd's own log. */
	auxiliary: boolean;
	/** Whether workerd gets views of objects: see `rpc-view.ts`. */
	views: boolean;
	/** Whether what a test stores is undone when it ends. */
	isolatesTests?: true;
}

export type ExportKind = "handler" | "entrypoint" | "durableObject" | "workflow";

export interface ModuleEntry {
	kind: "source" | "dependency" | "value";
	/** The name under which workerd has it. */
	module: string;
	/** Sources: whether the text names `fetchMock` of `cloudflare:test`. */
	fetchMock?: true;
	/** Dependencies: the built-in modules that its bundle uses, to be loaded before it. */
	builtins?: string[];
	/** Dependencies: whether only tests import it. */
	ofTests?: true;
}
