import manifest from "__STATIC_CONTENT_MANIFEST";
import { env, exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";

const get = (path: string, init?: RequestInit) => exports.default.fetch(`https://museum.test${path}`, init);

describe("Workers Sites", () => {
  it("serves files through `@cloudflare/kv-asset-handler`", async () => {
    const response = await get("/");
    expect(response.headers.get("Content-Type")).toContain("text/html");
    expect(response.headers.get("Cache-Control")).toBe("max-age=60");
    expect(await response.text()).toContain("<h1>Museum</h1>");
    const style = await get("/css/style.css");
    expect(style.headers.get("Content-Type")).toContain("text/css");
    expect(await style.text()).toContain("color");
  });

  it("lets the Worker map paths to files", async () => {
    expect(await (await get("/en/vases.html")).text()).toContain("<h1>Vases</h1>");
  });

  it("has no file that `include` does not name", async () => {
    expect((await get("/notes.txt")).status).toBe(404);
    expect((await get("/nothing.html")).status).toBe(404);
  });

  it("leaves other methods to the Worker", async () => {
    expect((await get("/", { method: "POST" })).status).toBe(405);
  });

  it("lists files in `__STATIC_CONTENT` by the keys of the manifest", async () => {
    const byPath: Record<string, string> = JSON.parse(manifest);
    expect(Object.keys(byPath).sort()).toEqual(["css/style.css", "index.html", "vases.html"]);
    const { keys } = await env.__STATIC_CONTENT.list();
    expect(keys.map(({ name }) => name).sort()).toEqual(Object.values(byPath).sort());
    expect(await env.__STATIC_CONTENT.get(byPath["css/style.css"])).toContain("color");
  });
});
