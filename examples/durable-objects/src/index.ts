export { Counter } from "./counter";
export { Room } from "./room";

export default {
  async fetch(request, env): Promise<Response> {
    const [, kind, name] = new URL(request.url).pathname.split("/");
    if (!name) return new Response("Not found", { status: 404 });
    switch (kind) {
      case "rooms":
        return env.ROOMS.getByName(name).fetch(request);
      case "counters":
        return Response.json(await env.COUNTERS.getByName(name).increment());
      default:
        return new Response("Not found", { status: 404 });
    }
  },
} satisfies ExportedHandler<Cloudflare.Env>;
