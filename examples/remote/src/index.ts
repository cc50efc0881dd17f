import { answer } from "./answer";

export { Renderer } from "./renderer";

/** An assistant that asks, looks up and pays where only Cloudflare can. */
export default {
  async fetch(request, env): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    switch (pathname) {
      case "/ask":
        return Response.json(await answer(env, searchParams.get("question") ?? ""));
      case "/pay":
        return env.BANK.fetch("https://bank.example/payments", { method: "POST", body: request.body });
      case "/render":
        return env.RENDERER.getByName("only").fetch(request);
      default:
        return env.TENANTS.get(pathname.slice(1)).fetch(request);
    }
  },
} satisfies ExportedHandler<Env>;
