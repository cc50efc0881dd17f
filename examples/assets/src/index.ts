/** Answers the API, and prints pages of the site for other paths. */
export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith("/api/")) {
      return Response.json({ path: pathname, open: ["tue", "wed", "thu", "fri", "sat"] });
    }
    const page = await env.ASSETS.fetch(request);
    const text = await page.text();
    return new Response(text.replace(/<[^>]*>/g, "").trim(), {
      status: page.status,
      headers: { "Content-Type": "text/plain" },
    });
  },
} satisfies ExportedHandler<Env>;
