/** What a Vitest config imports, by both names of the peer and at both of its paths. */
declare module "@cloudflare/vitest-plugin" {
	/** A migration, for `applyD1Migrations()` of `cloudflare:test`. */
	export interface D1Migration {
		name: string;
		queries: string[];
	}

	export interface ReadD1MigrationsOptions {
		/** The folder that `migrationsDir` is in: the current one, if not given. */
		projectPath?: string;
		/** `migrations`, if not given. */
		migrationsDir?: string;
		/** As `migrations_pattern` of the wrangler file: `migrations/*.sql`, if not given. */
		migrationsPattern?: string;
	}

	/** The migrations of a folder by their numbers, each as its single statements. */
	export function readD1Migrations(source: string | ReadD1MigrationsOptions): Promise<D1Migration[]>;

	/** A service binding to a folder of static files, served as Pages does. */
	export function buildPagesASSETSBinding(folder: string): Promise<ServiceFunction>;

	/** What functions of options get. */
	export interface WorkerPoolOptionsContext {
		/** What `test.provide` has under a key, or a global setup has provided. */
		inject: WorkersInject;
	}

	// A key that `ProvidedContext` has gives its type; any other gives what the caller says.
	type ProvidedKey = keyof import("vitest").ProvidedContext & string;
	type WorkersInject = [ProvidedKey] extends [never]
		? <T = unknown>(key: string) => T
		: <K extends ProvidedKey>(key: K) => import("vitest").ProvidedContext[K];

	/** Options, or a function that gives them. */
	export type WorkersPoolOptionsInput =
		| WorkersPoolOptions
		| ((context: WorkerPoolOptionsContext) => WorkersPoolOptions | Promise<WorkersPoolOptions>);

	/** Runs a project's tests in the Workers runtime: a plugin for the Vitest config. */
	export function cloudflareTest(options: WorkersPoolOptionsInput): { name: string };

	/** The same as a value of `test.pool`. */
	export function cloudflarePool(options: WorkersPoolOptionsInput): import("vitest/node").PoolRunnerInitializer;
}

/** Of the older generation: the options are in the config. */
declare module "@cloudflare/vitest-pool-workers/config" {
	import type { WorkersPoolOptionsInput } from "@cloudflare/vitest-plugin";
	import type { ConfigEnv, ViteUserConfig } from "vitest/config";

	export * from "@cloudflare/vitest-plugin";

	type ConfigWithTest<Test> = Omit<ViteUserConfig, "test"> & { test?: Test };
	type TestConfig = Omit<NonNullable<ViteUserConfig["test"]>, "pool" | "poolOptions"> & {
		pool?: "@cloudflare/vitest-pool-workers";
		poolOptions?: { workers?: WorkersPoolOptionsInput };
	};

	export type WorkersUserConfigExport = ConfigWithTest<TestConfig>;
	export type WorkersProjectConfigExport = ConfigWithTest<TestConfig & { extends?: boolean | string }>;

	type ConfigFunction<Config> = (env: ConfigEnv) => Config | Promise<Config>;

	export function defineWorkersConfig(config: WorkersUserConfigExport): WorkersUserConfigExport;
	export function defineWorkersConfig(config: Promise<WorkersUserConfigExport>): Promise<WorkersUserConfigExport>;
	export function defineWorkersConfig(
		config: ConfigFunction<WorkersUserConfigExport>,
	): ConfigFunction<WorkersUserConfigExport>;

	export function defineWorkersProject(config: WorkersProjectConfigExport): WorkersProjectConfigExport;
	export function defineWorkersProject(config: Promise<WorkersProjectConfigExport>): Promise<WorkersProjectConfigExport>;
	export function defineWorkersProject(
		config: ConfigFunction<WorkersProjectConfigExport>,
	): ConfigFunction<WorkersProjectConfigExport>;
}

declare module "@cloudflare/vitest-plugin/config" {
	export * from "@cloudflare/vitest-pool-workers/config";
}

declare module "@cloudflare/vitest-pool-workers" {
	export * from "@cloudflare/vitest-plugin";
}
