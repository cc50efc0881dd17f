import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";

describe("applyD1Migrations", () => {
  it("reads the migrations in order, one statement per query", () => {
    expect(env.TEST_MIGRATIONS.map((migration) => migration.name)).toEqual([
      "0001_create_entries.sql",
      "0002_add_moderation.sql",
    ]);
    // The semicolon in the CHECK of the second does not end a statement.
    expect(env.TEST_MIGRATIONS.map((migration) => migration.queries.length)).toEqual([2, 2]);
  });

  it("has applied both, and applies none twice", async () => {
    await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
    const { results } = await env.DB.prepare("SELECT id, name FROM d1_migrations ORDER BY id").all();
    expect(results).toEqual([
      { id: 1, name: "0001_create_entries.sql" },
      { id: 2, name: "0002_add_moderation.sql" },
    ]);
  });
});
