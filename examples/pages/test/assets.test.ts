import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";

const get = (path: string) => env.ASSETS.fetch(`https://recipes.test${path}`, { redirect: "manual" });

describe("buildPagesASSETSBinding", () => {
  it("serves pages by their paths without `.html`", async () => {
    expect(await (await get("/")).text()).toContain("<h1>Recipes</h1>");
    const response = await get("/waffles");
    expect(response.status).toBe(200);
    expect(response.headers.get("Content-Type")).toContain("text/html");
  });

  it("redirects to the path without `.html`", async () => {
    const response = await get("/waffles.html");
    expect(response.status).toBeGreaterThanOrEqual(307);
    expect(response.headers.get("Location")).toBe("/waffles");
  });

  it("answers with the 404 page where there is no file", async () => {
    const response = await get("/pancakes");
    expect(response.status).toBe(404);
    expect(await response.text()).toContain("There is no such page.");
  });

  it("follows `_headers` and `_redirects`", async () => {
    expect((await get("/soup.txt")).headers.get("Cache-Control")).toBe("max-age=60");
    const response = await get("/gaufres");
    expect(response.status).toBe(301);
    expect(response.headers.get("Location")).toBe("/waffles");
  });
});
