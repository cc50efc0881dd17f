import { DurableObject } from "cloudflare:workers";
import { priceOf } from "./prices";

/** Everything sold in one shop. SQLite storage. */
export class Ledger extends DurableObject<Env> {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    ctx.storage.sql.exec(
      "CREATE TABLE IF NOT EXISTS sales (id INTEGER PRIMARY KEY, drink TEXT NOT NULL, cents INTEGER NOT NULL)",
    );
  }

  /** Records all drinks of an order, or none if one of them is not served. */
  record(drinks: string[]): number {
    return this.ctx.storage.transactionSync(() => {
      for (const drink of drinks) {
        this.ctx.storage.sql.exec("INSERT INTO sales (drink, cents) VALUES (?, ?)", drink, priceOf(drink));
      }
      return this.total();
    });
  }

  total(): number {
    return this.ctx.storage.sql
      .exec<{ total: number }>("SELECT coalesce(sum(cents), 0) AS total FROM sales")
      .one().total;
  }

  bestSellers(): { drink: string; sold: number }[] {
    return this.ctx.storage.sql
      .exec<{ drink: string; sold: number }>(
        "SELECT drink, count(*) AS sold FROM sales GROUP BY drink ORDER BY sold DESC, drink",
      )
      .toArray();
  }
}
