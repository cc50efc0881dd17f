import { WorkerEntrypoint } from "cloudflare:workers";

export { Baskets } from "./basket";
export * from "./stock";
export { Reports as Sales } from "shop:reports";
export * from "virtual:release";

/** An entrypoint need not be a class. */
export const status = {
  fetch: () => new Response("open"),
} satisfies ExportedHandler<Cloudflare.Env>;

/** The front door: pages over HTTP, and methods for other Workers. */
export default class Shop extends WorkerEntrypoint<Cloudflare.Env> {
  override async fetch(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const [, section, name] = pathname.split("/");
    switch (section) {
      case "pages":
        return this.#page(name);
      case "receipt": {
        const { receipt } = await import(new URL("./receipt.ts", import.meta.url).href);
        return new Response(receipt(searchParams.getAll("item")));
      }
      case "prices":
        return this.env.PRICES.fetch(`https://prices.test/${name}`);
      case "exports":
        return Response.json(await this.#exports());
      case "visits":
        // The visitor does not wait for the log.
        this.ctx.waitUntil(this.#log(name));
        return new Response("welcome");
      default:
        return new Response("Not found", { status: 404 });
    }
  }

  get currency(): string {
    return "EUR";
  }

  sum(...prices: number[]): number {
    return prices.reduce((sum, price) => sum + price, 0);
  }

  async #page(name: string): Promise<Response> {
    const { page } = await import(`./pages/${name}.ts`);
    return new Response(page, { headers: { "Content-Type": "text/html" } });
  }

  async #exports(): Promise<unknown> {
    const { exports } = this.ctx;
    return {
      names: Object.keys(exports).sort(),
      sales: await exports.Sales.title(),
      release: await exports.Release.version(),
      owner: await exports.Baskets({ props: { owner: "ada" } }).owner(),
      status: await (await exports.status.fetch("https://shop.test/")).text(),
    };
  }

  async #log(visitor: string): Promise<void> {
    await scheduler.wait(5);
    console.log(`${visitor} was here`);
    await this.env.LOG.put(visitor, "visited");
  }
}
