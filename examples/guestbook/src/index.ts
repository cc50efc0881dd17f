import { WorkerEntrypoint } from "cloudflare:workers";
import { count, hide, list, problemWith, sign } from "./entries";
import { renderPage } from "./page";
import { countRendered } from "./rendered";
import rules from "./rules.txt?raw";

/** What other Workers of the account may do with entries. */
export class Moderation extends WorkerEntrypoint<Env> {
  async hide(id: string, note: string): Promise<boolean> {
    const hidden = await hide(this.env.DB, id, note);
    if (hidden) {
      await this.env.CACHE.delete("page:1");
    }
    return hidden;
  }
}

async function post(request: Request, env: Env): Promise<Response> {
  const form = await request.formData();
  const name = String(form.get("name") ?? "").trim();
  const message = String(form.get("message") ?? "").trim();
  const problem = problemWith(name, message);
  if (problem !== undefined) {
    return Response.json({ problem }, { status: 400 });
  }
  const entry = await sign(env.DB, name, message);
  await env.CACHE.delete("page:1");
  return Response.json(entry, { status: 201 });
}

/** The first page, from the cache if nobody signed since. */
async function frontPage(env: Env, ctx: ExecutionContext): Promise<Response> {
  const headers = new Headers({ "content-type": "text/html; charset=utf-8" });
  const cached = await env.CACHE.get("page:1");
  if (cached !== null) {
    headers.set("x-cache", "hit");
    return new Response(cached, { headers });
  }
  const html = renderPage(env.TITLE, await list(env.DB), await count(env.DB));
  ctx.waitUntil(env.CACHE.put("page:1", html, { metadata: { rendered: countRendered() } }));
  headers.set("x-cache", "miss");
  return new Response(html, { headers });
}

export default {
  async fetch(request, env, ctx) {
    const { pathname, searchParams } = new URL(request.url);
    switch (`${request.method} ${pathname}`) {
      case "GET /":
        return frontPage(env, ctx);
      case "GET /rules":
        return new Response(rules);
      case "GET /entries":
        return Response.json(await list(env.DB, Number(searchParams.get("page") ?? "1")));
      case "POST /entries":
        return post(request, env);
      case "GET /latest": {
        const response = await env.API.fetch("https://guestbook.internal/entries");
        const entries = await response.json<unknown[]>();
        return Response.json(entries.at(-1) ?? null);
      }
      default:
        return new Response("Not found", { status: 404 });
    }
  },
} satisfies ExportedHandler<Env>;
