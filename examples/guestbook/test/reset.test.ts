import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it } from "vitest";
import { count, sign } from "../src/entries";

describe("reset()", () => {
  afterEach(async () => {
    await reset();
    // The tables are gone as well.
    await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  });

  it.each(["first", "second"])("finds nothing of another test: %s", async (name) => {
    expect(await env.CACHE.get("owner")).toBeNull();
    expect(await count(env.DB)).toBe(0);
    await env.CACHE.put("owner", name);
    await sign(env.DB, name, "for a moment");
    expect(await count(env.DB)).toBe(1);
  });
});
