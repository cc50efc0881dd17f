/** D1 migrations, in the form that `readD1Migrations()` gives in the Vitest config. */

interface Migration {
	name: string;
	queries: string[];
}

function isMigration(value: Migration | null): boolean {
	const isText = (text: unknown) => typeof text === "string";
	return isText(value?.name) && Array.isArray(value?.queries) && value.queries.every(isText);
}

/** Applies the migrations that `table` does not list yet, in order, and lists them there. */
export async function applyD1Migrations(database: D1Database, migrations: Migration[], table = "d1_migrations"): Promise<void> {
	if (typeof database?.prepare !== "function" || typeof database.batch !== "function") {
		throw new TypeError("Failed to execute 'applyD1Migrations': parameter 1 is not of type 'D1Database'.");
	}
	if (!Array.isArray(migrations) || !migrations.every(isMigration)) {
		throw new TypeError("Failed to execute 'applyD1Migrations': parameter 2 is not of type 'D1Migration[]'.");
	}
	if (typeof table !== "string") {
		throw new TypeError("Failed to execute 'applyD1Migrations': parameter 3 is not of type 'string'.");
	}
	const name = `"${table.replaceAll('"', '""')}"`;
	await database
		.prepare(
			`CREATE TABLE IF NOT EXISTS ${name} (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)`,
		)
		.run();
	const { results } = await database.prepare(`SELECT name FROM ${name}`).all<{ name: string }>();
	const applied = new Set(results.map((row) => row.name));
	for (const migration of migrations) {
		if (applied.has(migration.name)) continue;
		await database.batch([
			...migration.queries.map((query) => database.prepare(query)),
			database.prepare(`INSERT INTO ${name} (name) VALUES (?)`).bind(migration.name),
		]);
	}
}
