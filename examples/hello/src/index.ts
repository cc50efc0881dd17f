import { greet, isQuiet } from "./greet";
import { lastBeat, recordBeat } from "./heartbeat";

export default {
  async fetch(request, env, _ctx) {
    const url = new URL(request.url);
    if (url.pathname === "/heartbeat") {
      return Response.json(lastBeat() ?? null);
    }
    if (url.pathname !== "/") {
      return new Response("Not found", { status: 404 });
    }
    const name = url.searchParams.get("name") ?? "";
    const hour = Number(url.searchParams.get("hour") ?? "12");
    return new Response(greet(env.GREETING, name, isQuiet(hour, env.QUIET_HOURS)));
  },

  async scheduled(controller, _env, ctx) {
    ctx.waitUntil(recordBeat(controller));
  },
} satisfies ExportedHandler<Env>;
