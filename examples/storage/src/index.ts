import { filesOf, note } from "./catalog";
import { logIn, userOf } from "./sessions";

export default {
  async fetch(request, env, ctx): Promise<Response> {
    const { pathname } = new URL(request.url);
    const key = pathname.slice("/files/".length);
    if (pathname === "/login") return new Response(await logIn(env.SESSIONS, await request.text()));
    if (request.method === "GET" && key) return download(request, env, ctx, key);
    const owner = await userOf(env.SESSIONS, request);
    if (!owner) return new Response("Who are you?", { status: 401 });
    if (!key) return Response.json(await filesOf(env.CATALOG, owner));
    return upload(request, env, key, owner);
  },
} satisfies ExportedHandler<Env>;

async function upload(request: Request, env: Env, key: string, owner: string): Promise<Response> {
  const { size, httpEtag } = (await env.FILES.put(key, request.body, { httpMetadata: request.headers, customMetadata: { owner } }))!;
  await note(env.CATALOG, { key, owner, size });
  return new Response(null, { status: 201, headers: { etag: httpEtag } });
}

/** Sends a file, or the part of it that is asked for, or nothing if the client has it. Whole files are cached. */
async function download(request: Request, env: Env, ctx: ExecutionContext, key: string): Promise<Response> {
  const cached = await caches.default.match(request);
  if (cached) return cached;
  const file = await env.FILES.get(key, { onlyIf: request.headers, range: request.headers });
  if (!file) return new Response("There is no such file.", { status: 404 });
  const headers = new Headers({ etag: file.httpEtag, "cache-control": "max-age=60" });
  file.writeHttpMetadata(headers);
  if (!("body" in file)) return new Response(null, { status: 304, headers });
  if (request.headers.has("range")) return new Response(file.body, { status: 206, headers });
  const response = new Response(file.body, { headers });
  ctx.waitUntil(caches.default.put(request, response.clone()));
  return response;
}
