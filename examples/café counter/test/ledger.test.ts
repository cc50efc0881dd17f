import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { Ledger } from "../src";

describe("SQLite in Durable Objects", () => {
  it("adds up what was sold", async () => {
    const ledger = env.LEDGERS.getByName("north");
    expect(await ledger.record(["espresso", "cortado", "espresso"])).toBe(820);
    expect(await ledger.bestSellers()).toEqual([
      { drink: "espresso", sold: 2 },
      { drink: "cortado", sold: 1 },
    ]);
  });

  it("records an order as a whole or not at all", async () => {
    const ledger = env.LEDGERS.getByName("north");
    await runInDurableObject(ledger, (instance: Ledger) => {
      expect(() => instance.record(["espresso", "petrol"])).toThrow(RangeError);
    });
    expect(await ledger.total()).toBe(820);
  });

  it("keeps shops apart", async () => {
    const total = await runInDurableObject(env.LEDGERS.getByName("south"), (_: Ledger, state) =>
      state.storage.sql.exec("SELECT count(*) AS sales FROM sales").one(),
    );
    expect(total).toEqual({ sales: 0 });
  });
});
