import { isAllowed } from "./auth";

async function notices(env: Env): Promise<string[]> {
  const { keys } = await env.NOTICES.list({ limit: env.MAX_NOTICES });
  return keys.map((key) => key.name);
}

export default {
  async fetch(request, env): Promise<Response> {
    if (request.method === "GET") {
      return Response.json({ stage: env.STAGE, notices: await notices(env) });
    }
    if (!isAllowed(request.headers.get("authorization"), env.API_TOKEN)) {
      return new Response("Not allowed", { status: 401 });
    }
    const title = new URL(request.url).pathname.slice(1);
    const text = await request.text();
    // In staging a notice is a draft until somebody publishes it.
    await (env.DRAFTS ?? env.NOTICES).put(title, text);
    return new Response(null, { status: 201 });
  },

  async scheduled(_controller, env, ctx) {
    const publish = async () => {
      for (const { name } of (await env.DRAFTS?.list())?.keys ?? []) {
        await env.NOTICES.put(name, (await env.DRAFTS?.get(name)) ?? "");
        await env.DRAFTS?.delete(name);
      }
    };
    ctx.waitUntil(publish());
  },
} satisfies ExportedHandler<Env>;
