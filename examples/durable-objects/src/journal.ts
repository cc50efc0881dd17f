import { DurableObject, RpcTarget } from "cloudflare:workers";

/** A page of a journal, for whoever got it by RPC. */
class Page extends RpcTarget {
  constructor(
    private readonly entries: string[],
    readonly number: number,
  ) {
    super();
  }

  write(entry: string): number {
    return this.entries.push(`${this.number}: ${entry}`);
  }

  next(): Page {
    return new Page(this.entries, this.number + 1);
  }
}

/** What happened, in the order in which it was told. */
export class Journal extends DurableObject<Cloudflare.Env> {
  readonly #entries: string[] = [];

  override async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/old") return Response.redirect("https://chat.test/new", 301);
    return new Response(this.#entries.join("\n"));
  }

  async write(entry: string): Promise<number> {
    return this.#entries.push(entry);
  }

  entries(): string[] {
    return this.#entries;
  }

  page(number: number): Page {
    return new Page(this.#entries, number);
  }

  /** Another journal, told everything at once. */
  async copyTo(name: string): Promise<number> {
    const copy = this.env.JOURNALS.getByName(name);
    await Promise.all(this.#entries.map((entry) => copy.write(entry)));
    return this.#entries.length;
  }

  async fail(): Promise<never> {
    throw new TypeError("This page is torn.");
  }
}
