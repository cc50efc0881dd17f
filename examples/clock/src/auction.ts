import { DurableObject } from "cloudflare:workers";

const MINUTE = 60_000;
/** An auction without a bid for so long is over. */
const SILENCE = 10 * MINUTE;
/** Before that it calls so many times, a minute apart. */
const CALLS = 3;

/** Tells those who watch; stands for a service that tests replace. */
export const crier = {
  async call(_words: string): Promise<void> {},
};

/** An auction whose hammer falls when nobody bids for a while. */
export class Auction extends DurableObject<Env> {
  async bid(name: string, amount: number): Promise<void> {
    await this.ctx.storage.put({ name, amount, calls: 0 });
    await this.ctx.storage.setAlarm(Date.now() + SILENCE - CALLS * MINUTE);
  }

  /** When it is called the next time. */
  nextCall(): Promise<number | null> {
    return this.ctx.storage.getAlarm();
  }

  winner(): Promise<string | undefined> {
    return this.ctx.storage.get("winner");
  }

  override async alarm(): Promise<void> {
    const [name, amount, calls] = await Promise.all(
      ["name", "amount", "calls"].map((key) => this.ctx.storage.get<string | number>(key)),
    );
    if (Number(calls) < CALLS) {
      await crier.call(`${amount} by ${name}: ${["going once", "going twice", "last call"][Number(calls)]}`);
      await this.ctx.storage.put("calls", Number(calls) + 1);
      await this.ctx.storage.setAlarm(Date.now() + MINUTE);
    } else {
      await crier.call(`${amount} by ${name}: sold`);
      await this.ctx.storage.put("winner", name);
    }
  }
}
