import { env } from "cloudflare:workers";
import { expect, it, vi } from "vitest";

it("says which version it is", () => {
  expect(env.VERSION).toEqual({ id: expect.stringMatching(/^[0-9a-f-]{36}$/), tag: "", timestamp: expect.any(String) });
});

it("knows its database", () => {
  expect(env.POSTGRES.user).toBe("ada");
  expect(env.POSTGRES.password).toBe("sesame");
  expect(env.POSTGRES.database).toBe("shop");
  expect(env.POSTGRES.connectionString).toMatch(/^postgres:\/\/ada:sesame@.*\/shop/);
});

it("loads Workers from code", async () => {
  const worker = env.LOADER.get("greeter", () => ({
    compatibilityDate: "2026-01-01",
    mainModule: "main.js",
    modules: { "main.js": "export default { fetch: () => new Response('loaded') };" },
  }));
  expect(await (await worker.getEntrypoint().fetch("http://greeter/")).text()).toBe("loaded");
});

it("has flags", async () => {
  expect(await env.FLAGS.getBooleanValue("new-shop", true)).toBe(true);
});

it("says what it cannot run here", async () => {
  await expect(env.AI.run("@cf/meta/llama-3.1-8b-instruct", { prompt: "Hi" })).rejects.toThrow(
    "Binding AI needs to be run remotely: it is Workers AI",
  );
  await expect(env.INDEX.query([1])).rejects.toThrow("it is a Vectorize index");
  await expect(env.BROWSER.fetch("http://x/")).rejects.toThrow("it is Browser Rendering");
  await expect(env.CERTIFICATE.fetch("http://x/")).rejects.toThrow("it is an mTLS certificate");
  expect(() => env.TENANTS.get("tenant")).toThrow("it is a dispatch namespace");
});

it("can be given answers", async () => {
  const run = vi.spyOn(env.AI, "run").mockResolvedValue({ response: "Hello" } as never);
  expect(await env.AI.run("@cf/meta/llama-3.1-8b-instruct", { prompt: "Hi" })).toEqual({ response: "Hello" });
  expect(run).toHaveBeenCalledOnce();
});
