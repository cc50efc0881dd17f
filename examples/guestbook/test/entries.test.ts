import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { count, hide, list, problemWith, sign } from "../src/entries";

describe("Plain functions", () => {
  it("wants a name and a message", () => {
    expect(problemWith("", "hi")).toContain("needed");
    expect(problemWith("Ada", "")).toContain("needed");
    expect(problemWith("Ada", "hi")).toBeUndefined();
  });

  it("takes its limits from the JSON file", () => {
    expect(problemWith("A".repeat(40), "hi")).toBeUndefined();
    expect(problemWith("A".repeat(41), "hi")).toBe("At most 40 letters for the name, 280 for the message.");
  });
});

describe("D1", () => {
  it("keeps entries in order and pages them", async () => {
    for (const name of ["Ada", "Grace", "Mary", "Katherine"]) {
      await sign(env.DB, name, `${name} was here`);
      // Distinct times, so that the order is certain.
      await env.DB.prepare("UPDATE entries SET signed_at = (SELECT count(*) FROM entries) WHERE name = ?").bind(name).run();
    }
    expect((await list(env.DB)).map((entry) => entry.name)).toEqual(["Ada", "Grace", "Mary"]);
    expect((await list(env.DB, 2)).map((entry) => entry.name)).toEqual(["Katherine"]);
    expect(await count(env.DB)).toBe(4);
  });

  it("hides an entry and stores the note with it", async () => {
    const entry = await sign(env.DB, "Mallory", "buy now");
    expect(await hide(env.DB, entry.id, "advertising")).toBe(true);
    expect(await hide(env.DB, "no-such-id", "nothing")).toBe(false);
    expect(await count(env.DB)).toBe(4);
    const note = await env.DB.prepare("SELECT note FROM notes WHERE entry_id = ?").bind(entry.id).first("note");
    expect(note).toBe("advertising");
  });

  it("rolls the whole batch back if the note is refused", async () => {
    const entry = await sign(env.DB, "Trudy", "hello");
    await expect(hide(env.DB, entry.id, ";")).rejects.toThrow("CHECK constraint failed");
    const row = await env.DB.prepare("SELECT hidden FROM entries WHERE id = ?").bind(entry.id).first();
    expect(row).toEqual({ hidden: 0 });
  });
});
