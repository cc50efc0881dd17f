import { DurableObject } from "cloudflare:workers";

/** How many of each item there are. */
export class Stock extends DurableObject<Cloudflare.Env> {
  async add(item: string, count: number): Promise<number> {
    const total = ((await this.ctx.storage.get<number>(item)) ?? 0) + count;
    await this.ctx.storage.put(item, total);
    return total;
  }

  /** The word for the item, in a language that is loaded when it is first asked for. */
  async label(item: string, language: string): Promise<string> {
    const { default: words }: { default: Record<string, string> } = await import(`./locales/${language}.json`);
    return words[item] ?? item;
  }

  /** What was archived is kept by an object that no binding leads to. */
  async archive(item: string): Promise<number | undefined> {
    const count = await this.ctx.storage.get<number>(item);
    await this.ctx.exports.Archive.getByName("all").keep(item, count ?? 0);
    await this.ctx.storage.delete(item);
    return count;
  }
}

export class Archive extends DurableObject {
  async keep(item: string, count: number): Promise<void> {
    await this.ctx.storage.put(item, count);
  }

  async kept(): Promise<Record<string, number>> {
    return Object.fromEntries(await this.ctx.storage.list<number>());
  }
}
