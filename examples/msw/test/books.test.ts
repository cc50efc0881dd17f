import { exports } from "cloudflare:workers";
import { http, HttpResponse } from "msw";
import { describe, expect, it } from "vitest";
import { network } from "./network";

describe("MSW", () => {
  it("answers requests of the Worker", async () => {
    const response = await exports.default.fetch("https://example.com/9780141439518");
    expect(await response.text()).toBe("Pride and Prejudice, by Jane Austen");
    expect((await exports.default.fetch("https://example.com/0")).status).toBe(404);
  });

  it("takes another handler for one test", async () => {
    network.use(http.get("https://books.example.com/v1/books/:isbn", () => HttpResponse.json({}, { status: 503 })));
    expect((await exports.default.fetch("https://example.com/9780141439518")).status).toBe(502);
  });

  it("fails a request as a lost connection does", async () => {
    network.use(http.get("https://books.example.com/v1/books/:isbn", () => HttpResponse.error()));
    await expect(exports.default.fetch("https://example.com/9780141439518")).rejects.toThrow(TypeError);
  });

  it("answers requests of the test, with their bodies", async () => {
    network.use(http.put("https://books.example.com/v1/notes", async ({ request }) => HttpResponse.text(`${await request.text()}!`, { status: 201 })));
    const response = await fetch("https://books.example.com/v1/notes", { method: "PUT", body: "read it" });
    expect([response.status, await response.text()]).toEqual([201, "read it!"]);
  });

  it("differs: leaves the Worker without a BroadcastChannel, as in production", () => {
    expect("BroadcastChannel" in globalThis).toBe(false);
  });
});
