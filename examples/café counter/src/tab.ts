import { DurableObject } from "cloudflare:workers";
import ms from "ms";
import { priceOf } from "./prices";

/** One guest's tab. Closes itself by an alarm. Key-value storage. */
export class Tab extends DurableObject<Env> {
  /** Adds a drink and returns what is owed now, in cents. */
  async add(drink: string): Promise<number> {
    const owed = (await this.owed()) + priceOf(drink);
    await this.ctx.storage.put("owed", owed);
    if ((await this.ctx.storage.getAlarm()) === null) {
      await this.ctx.storage.setAlarm(Date.now() + ms("30m"));
    }
    return owed;
  }

  async owed(): Promise<number> {
    return (await this.ctx.storage.get<number>("owed")) ?? 0;
  }

  override async alarm(): Promise<void> {
    const owed = await this.owed();
    await this.ctx.storage.delete("owed");
    await this.ctx.storage.put("closed", owed);
  }

  override async fetch(request: Request): Promise<Response> {
    if (request.method === "DELETE") {
      await this.ctx.storage.deleteAll();
      return new Response(null, { status: 204 });
    }
    const closed = (await this.ctx.storage.get<number>("closed")) ?? null;
    return Response.json({ owed: await this.owed(), closed });
  }
}
