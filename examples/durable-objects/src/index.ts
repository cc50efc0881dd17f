export { Counter } from "./counter";
export { Journal } from "./journal";
export { Reminder } from "./reminder";
export { Room } from "./room";
export { Ticker } from "./ticker";
export { Vault } from "./vault";

export default {
  async fetch(request, env): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const [, kind, name] = pathname.split("/");
    if (!name) return new Response("Not found", { status: 404 });
    switch (kind) {
      case "rooms":
        return env.ROOMS.getByName(name).fetch(request);
      case "tickers":
        return env.TICKERS.getByName(name).fetch(request);
      case "counters":
        return Response.json(await env.COUNTERS.getByName(name).increment());
      case "journals": {
        const journal = env.JOURNALS.getByName(name);
        return searchParams.has("fail") ? journal.fail() : journal.fetch(request);
      }
      default:
        return new Response("Not found", { status: 404 });
    }
  },
} satisfies ExportedHandler<Cloudflare.Env>;
