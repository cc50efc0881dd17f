import { env, exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";

describe("Version metadata", () => {
  it("says which version runs", async () => {
    expect(env.VERSION).toEqual({ id: expect.stringMatching(/^[0-9a-f-]{36}$/), tag: "", timestamp: expect.any(String) });
    expect((await exports.default.fetch("https://shop.example/")).headers.get("x-version")).toBe(env.VERSION.id);
  });
});

describe("Hello World", () => {
  it("keeps a value for each binding", async () => {
    expect(await env.HELLO.get()).toEqual({ value: "" });
    await env.HELLO.set("hello");
    expect(await env.HELLO.get()).toEqual({ value: "hello" });
    expect(await env.TIMED_HELLO.get()).toEqual({ value: "", ms: 100 });
  });
});
