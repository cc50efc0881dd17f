import { WorkerEntrypoint } from "cloudflare:workers";
import { menu } from "./prices";
import { receipt } from "./receipt";
import { orderBeans } from "./supplier";

export { Bell } from "./bell";
export { Ledger } from "./ledger";
export { Tab } from "./tab";

/** The price list, for whoever holds a reference to it. */
export class Menu extends WorkerEntrypoint<Env> {
  drinks(): string[] {
    return menu();
  }
}

export default {
  async fetch(request, env, ctx) {
    const url = new URL(request.url);
    const [, what, name = ""] = url.pathname.split("/");
    switch (what) {
      case "tab":
        return env.TABS.get(env.TABS.idFromName(name)).fetch(request);
      case "bell":
        return env.BELLS.getByName("counter").fetch(request);
      case "menu":
        return Response.json(await ctx.exports.Menu.drinks());
      case "sell": {
        const drinks = await request.json<string[]>();
        // The same object as env.LEDGERS.getByName("today"), with no binding needed.
        const takings = await ctx.exports.Ledger.getByName("today").record(drinks);
        return Response.json({ ...receipt(drinks), takings });
      }
      case "beans":
        return new Response(await orderBeans(Number(name)));
      default:
        return new Response("Not found", { status: 404 });
    }
  },
} satisfies ExportedHandler<Env>;
