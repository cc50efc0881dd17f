import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";

function get(path: string, init?: RequestInit) {
  return env.ASSETS.fetch(`https://bakery.test${path}`, { redirect: "manual", ...init });
}

describe("Static assets", () => {
  it("serves files with their type", async () => {
    const types = ["/", "/style.css", "/logo.svg"].map(async (path) => {
      const response = await get(path);
      return [response.status, response.headers.get("Content-Type")];
    });
    expect(await Promise.all(types)).toEqual([
      [200, "text/html; charset=utf-8"],
      [200, "text/css; charset=utf-8"],
      [200, "image/svg+xml"],
    ]);
  });

  it("leads to pages by their canonical path", async () => {
    expect(await (await get("/about")).text()).toBe("<h1>About us</h1>\n");
    expect(await (await get("/prices/")).text()).toBe("<h1>Prices</h1>\n");
    for (const [from, to] of [
      ["/about.html", "/about"],
      ["/about/", "/about"],
      ["/prices", "/prices/"],
      ["/index", "/"],
    ]) {
      const response = await get(from);
      expect([from, response.status, response.headers.get("Location")]).toEqual([from, 307, to]);
    }
  });

  it("answers with the nearest 404 page", async () => {
    for (const path of ["/nowhere", "/prices/nowhere", "/draft.md", "/_headers", "/.assetsignore"]) {
      const response = await get(path);
      expect([path, response.status, await response.text()]).toEqual([path, 404, "<h1>No such page</h1>\n"]);
    }
  });

  it("sends a file only to those who do not have it", async () => {
    const first = await get("/style.css");
    expect(await first.text()).toBe("body { color: saddlebrown }\n");
    const tag = first.headers.get("ETag");
    expect(tag).toMatch(/^"[0-9a-f]{32}"$/);

    const again = await get("/style.css", { headers: { "If-None-Match": tag! } });
    expect(again.status).toBe(304);
    expect(await again.text()).toBe("");

    const head = await get("/style.css", { method: "HEAD" });
    expect([head.status, head.headers.get("ETag"), await head.text()]).toEqual([200, tag, ""]);

    expect((await get("/style.css", { method: "POST" })).status).toBe(405);
  });

  it("follows _headers and _redirects", async () => {
    const style = await get("/style.css");
    expect(style.headers.get("Cache-Control")).toBe("public, max-age=3600");
    expect(style.headers.get("X-Served-By")).toBe("oven");
    expect((await get("/about")).headers.has("ETag")).toBe(false);

    const start = await get("/start");
    expect([start.status, start.headers.get("Location")]).toEqual([301, "/"]);
    const order = await get("/order/rye/2");
    expect([order.status, order.headers.get("Location")]).toEqual([303, "https://shop.example/orders/rye/2?from=site"]);
    const bread = await get("/bread");
    expect([bread.status, bread.headers.get("Location")]).toEqual([307, "/prices/"]);
  });
});
