import { SELF } from "cloudflare:test";
import { exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";

describe("exports.default", () => {
  it("greets with the greeting of its wrangler file", async () => {
    const response = await exports.default.fetch("https://hello.test/?name=Grace&hour=23");
    expect(response.status).toBe(200);
    expect(await response.text()).toBe("hello, grace.");
  });

  it("knows no other path", async () => {
    const response = await SELF.fetch("https://hello.test/elsewhere");
    expect(response.status).toBe(404);
    expect(await response.text()).toBe("Not found");
  });
});
