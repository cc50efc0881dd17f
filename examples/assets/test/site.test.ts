import { env, exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";

const site = "https://bakery.test";

describe("Router of static assets", () => {
  it("is the assets, down to the page for what is missing", async () => {
    expect(await (await env.SITE.fetch(`${site}/`)).text()).toBe("<h1>Bakery</h1>\n");
    const missing = await env.SITE.fetch(`${site}/nowhere`);
    expect([missing.status, await missing.text()]).toEqual([404, "<h1>No such page</h1>\n"]);
  });

  it("has an API that is never an asset, with documentation that always is", async () => {
    const api = await env.SITE.fetch(`${site}/api/hours`);
    expect(await api.json()).toMatchObject({ path: "/api/hours" });
    const docs = await env.SITE.fetch(`${site}/api/docs/`);
    expect(await docs.text()).toBe("<h1>The API</h1>\n");
  });
});

describe("Static assets", () => {
  it("answers every request, and asks for assets as it likes", async () => {
    const page = await exports.default.fetch(`${site}/about`);
    expect([page.headers.get("Content-Type"), await page.text()]).toEqual(["text/plain", "About us"]);
    const api = await exports.default.fetch(`${site}/api/docs/`);
    expect(await api.json()).toMatchObject({ path: "/api/docs/" });
  });
});
