import { env, exports } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";

function signature(name: string, message: string): RequestInit {
  return { method: "POST", body: new URLSearchParams({ name, message }) };
}

describe("exports.default", () => {
  it("turns an incomplete entry down", async () => {
    const response = await exports.default.fetch("https://guestbook.test/entries", signature("  ", "hi"));
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ problem: "Both a name and a message are needed." });
  });

  it("shows what guests wrote, escaped", async () => {
    const posted = await exports.default.fetch(
      "https://guestbook.test/entries",
      signature("Bobby", "<script>alert('hi')</script>"),
    );
    expect(posted.status).toBe(201);
    expect(await posted.json()).toMatchObject({ id: expect.stringMatching(/^[\w-]{12}$/), name: "Bobby" });

    const page = await exports.default.fetch("https://guestbook.test/");
    expect(page.headers.get("x-cache")).toBe("miss");
    expect(await page.text()).toMatchInlineSnapshot(`
      "<h1>Guests &amp; friends</h1>
      <p>Be kind; leave a line.</p>
      <ul><li><b>Bobby</b>: &lt;script&gt;alert(&#39;hi&#39;)&lt;/script&gt;</li></ul>
      <p>1 entries, 1 pages</p>"
    `);
  });

  it("serves the page from KV until somebody signs", async () => {
    const visit = async () => {
      const response = await exports.default.fetch("https://guestbook.test/");
      await response.text();
      return response.headers.get("x-cache");
    };
    expect(await visit()).toBe("hit");
    const { metadata } = await env.CACHE.getWithMetadata("page:1");
    expect(metadata).toEqual({ rendered: 1 });
    await exports.default.fetch("https://guestbook.test/entries", signature("Ada", "Good day."));
    expect(await visit()).toBe("miss");
    // The page is stored after the response has been sent.
    await vi.waitFor(async () => expect(await visit()).toBe("hit"));
  });
});
