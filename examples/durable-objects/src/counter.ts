import { DurableObject } from "cloudflare:workers";

/** How long a count stays in memory before it is written, in milliseconds. */
const WRITE_DELAY = 60_000;

/** Counts visits: in memory at once, in storage a little later. */
export class Counter extends DurableObject {
  #count: number | undefined;

  async count(): Promise<number> {
    this.#count ??= (await this.ctx.storage.get<number>("count")) ?? 0;
    return this.#count;
  }

  async increment(by = 1): Promise<number> {
    this.#count = (await this.count()) + by;
    if ((await this.ctx.storage.getAlarm()) === null) {
      await this.ctx.storage.setAlarm(Date.now() + WRITE_DELAY);
    }
    return this.#count;
  }

  async alarm(): Promise<void> {
    await this.ctx.storage.put("count", this.#count ?? 0);
  }
}
