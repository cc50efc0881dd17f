import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";

interface BooksEnv {
  LEDGER: DurableObjectNamespace<Ledger>;
}
export interface Sale {
  item: string;
  price: number;
}

const prices: Record<string, number> = { tea: 3, cake: 4 };
const visits: string[] = [];

export class Ledger extends DurableObject<BooksEnv> {
  async add({ price }: Sale): Promise<number> {
    const total = (await this.total()) + price;
    await this.ctx.storage.put("total", total);
    return total;
  }
  async total(): Promise<number> {
    return (await this.ctx.storage.get<number>("total")) ?? 0;
  }
}

export class Books extends WorkerEntrypoint<BooksEnv, { currency: string }> {
  price(item: string): { amount: number; currency: string } {
    const amount = prices[item];
    if (amount === undefined) throw new RangeError(`We do not sell ${item}.`);
    return { amount, currency: this.ctx.props.currency };
  }
  visits(): string[] {
    return visits;
  }
}

export default {
  async queue(batch, env): Promise<void> {
    for (const { body } of batch.messages) await env.LEDGER.getByName("today").add(body);
  },
  tail(events): void {
    for (const { event } of events) {
      if (event && "request" in event) visits.push(event.request.url);
    }
  },
} satisfies ExportedHandler<BooksEnv, Sale>;
