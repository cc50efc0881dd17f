import { runPlugin } from "./plugins";

export default {
  /** A shop's front page: limited, counted, switched by a flag, and extended by plugins. */
  async fetch(request, env, ctx): Promise<Response> {
    const visitor = request.headers.get("cf-connecting-ip") ?? "unknown";
    const { pathname } = new URL(request.url);
    if (!(await env.VISITS.limit({ key: visitor })).success) return new Response("Slow down.", { status: 429 });
    env.ANALYTICS.writeDataPoint({ indexes: [visitor], blobs: [pathname], doubles: [1] });
    ctx.waitUntil(env.CLICKS.send([{ visitor, pathname }]));
    if (pathname.startsWith("/plugins/")) return runPlugin(env.PLUGINS, pathname.slice("/plugins/".length), request);
    const sale = await env.FLAGS.getBooleanValue("sale", false, { country: request.headers.get("cf-ipcountry") ?? "" });
    return new Response(sale ? "Everything must go!" : "Welcome.", { headers: { "x-version": env.VERSION.id } });
  },
} satisfies ExportedHandler<Env>;
