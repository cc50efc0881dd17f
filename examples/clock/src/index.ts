import { type Reminder, remind, sendReminders } from "./reminders";
import { login, whoIs } from "./sessions";

export { Auction } from "./auction";

/** How long a page of the catalogue may be old, in seconds. */
const CATALOGUE_MAX_AGE = 300;

export default {
  async fetch(request, env, ctx) {
    const { pathname, searchParams } = new URL(request.url);
    switch (pathname) {
      case "/login":
        return login(searchParams.get("name") ?? "", env);
      case "/me":
        return whoIs(request.headers.get("authorization") ?? "", env);
      case "/cart":
        await remind({ name: searchParams.get("name") ?? "", about: "your cart" }, env);
        return new Response(null, { status: 204 });
      case "/catalogue":
        return catalogue(request, ctx);
      default:
        return new Response("Not found", { status: 404 });
    }
  },

  queue: sendReminders,
} satisfies ExportedHandler<Env, Reminder>;

/** The page says when it was made. */
async function catalogue(request: Request, ctx: ExecutionContext): Promise<Response> {
  const cached = await caches.default.match(request);
  if (cached) return cached;
  const page = new Response(new Date().toISOString(), { headers: { "cache-control": `max-age=${CATALOGUE_MAX_AGE}` } });
  ctx.waitUntil(caches.default.put(request, page.clone()));
  return page;
}
