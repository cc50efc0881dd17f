import { RpcTarget, WorkerEntrypoint } from "cloudflare:workers";

/** A basket is handed out by reference: its methods run where it was made. */
export class Basket extends RpcTarget {
  readonly #items: string[] = [];

  get size(): number {
    return this.#items.length;
  }

  add(...items: string[]): number {
    return this.#items.push(...items);
  }

  clone(): Basket {
    const clone = new Basket();
    clone.add(...this.#items);
    return clone;
  }

  /** Calls back, in order, for each item. */
  async each(callback: (item: string) => unknown): Promise<void> {
    for (const item of this.#items) await callback(item);
  }
}

export class Baskets extends WorkerEntrypoint<Cloudflare.Env, { owner?: string }> {
  /** Only what a class has on its prototype is reached by RPC. */
  secret = "sesame";

  empty(): Basket {
    return new Basket();
  }

  filled(items: string[]): Basket {
    const basket = this.empty();
    basket.add(...items);
    return basket;
  }

  owner(): string {
    return this.ctx.props.owner ?? "nobody";
  }

  prices(): Record<string, number> {
    return { apple: 1, pear: 2 };
  }

  fail(): never {
    throw new RangeError("No baskets are left.");
  }
}
