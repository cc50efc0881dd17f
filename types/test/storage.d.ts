/** What bindings keep. */
declare module "cloudflare:test" {
	/** Clears what all bindings and Durable Objects keep, queued messages and workflow instances included. */
	export function reset(): Promise<void>;

	/** A migration, as `readD1Migrations()` of the Vitest config gives it. */
	export interface D1Migration {
		name: string;
		queries: string[];
	}

	/** Applies those of the migrations that the database has not had, and notes them in a table, `d1_migrations` if not given. */
	export function applyD1Migrations(db: D1Database, migrations: D1Migration[], migrationsTableName?: string): Promise<void>;

	/** What the dashboard can do with a secret of a Secrets Store, where a Worker can only read it. */
	export interface SecretsStoreSecretAdmin {
		/** Gives the secret a value, and says its id. */
		create(value: string): Promise<string>;
		/** Gives the secret of this id another value. */
		update(value: string, id: string): Promise<string>;
		/** Gives the secret of this id another name, too; says the new secret's id. */
		duplicate(id: string, newName: string): Promise<string>;
		delete(id: string): Promise<void>;
		list(): Promise<{ name: string; metadata?: { uuid: string } }[]>;
		/** The name of the secret of this id. */
		get(id: string): Promise<string>;
		[Symbol.dispose](): void;
	}

	/**
	 * Lets a test write the secret that `binding` reads.
	 *
	 * @example
	 * using admin = adminSecretsStore(env.TOKEN);
	 * await admin.create("abc");
	 */
	export function adminSecretsStore(binding: { get(): Promise<string> }): SecretsStoreSecretAdmin;
}
