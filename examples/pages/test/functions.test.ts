import { createPagesEventContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { onRequest as middleware } from "../functions/_middleware";
import { onRequestGet as recipe } from "../functions/api/recipes/[name]";
import { onRequest as old } from "../functions/old/[[path]]";

const request = (path: string, headers?: Record<string, string>) =>
  new Request<unknown, IncomingRequestCfProperties>(new URL(path, "https://recipes.test"), { headers });

type Plain = PagesFunction<Env, never, Record<string, never>>;

describe("createPagesEventContext", () => {
  it("gives a function its params, its data and env", async () => {
    const ctx = createPagesEventContext<typeof recipe>({
      request: request("/api/recipes/waffles"),
      params: { name: "waffles" },
      data: { language: "de" },
    });
    expect(ctx.env.VIEWS).toBe(env.VIEWS);
    const response = await recipe(ctx);
    expect(await response.json()).toEqual({ title: "Waffeln" });
  });

  it("has its waitUntil waited for by waitOnExecutionContext", async () => {
    const init = { request: request("/api/recipes/soup"), params: { name: "soup" }, data: { language: "en" } };
    for (let view = 0; view < 2; view++) {
      const ctx = createPagesEventContext<typeof recipe>(init);
      await recipe(ctx);
      await waitOnExecutionContext(ctx);
    }
    expect(await env.VIEWS.get("soup")).toBe("2");
  });

  it("rejects waitOnExecutionContext with what waitUntil's work throws", async () => {
    const ctx = createPagesEventContext<Plain>({ request: request("/") });
    ctx.passThroughOnException();
    ctx.waitUntil(Promise.reject(new Error("out of flour")));
    await expect(waitOnExecutionContext(ctx)).rejects.toThrow("out of flour");
  });

  it("passes the request on by next()", async () => {
    const next = vi.fn(async (request: Request) => new Response(await request.text()));
    const ctx = createPagesEventContext<typeof middleware>({
      request: new Request("https://recipes.test/", { method: "POST", body: "two eggs", headers: { "Accept-Language": "de-CH" } }),
      data: {},
      next,
    });
    const response = await middleware(ctx);
    expect(response.headers.get("Content-Language")).toBe("de");
    expect(ctx.data).toEqual({ language: "de" });
    expect(await response.text()).toBe("two eggs");
    expect(next).toHaveBeenCalledOnce();
  });

  it("lets next() read a body that the function has read", async () => {
    const ctx = createPagesEventContext<Plain>({
      request: new Request("https://recipes.test/", { method: "POST", body: "two eggs" }),
      next: async (request) => new Response(await request.text()),
    });
    expect(await ctx.request.text()).toBe("two eggs");
    expect(await (await ctx.next()).text()).toBe("two eggs");
  });

  it("resolves what next() gets against the request's URL", async () => {
    const next = vi.fn((request: Request) => new Response(`${request.method} ${request.url}`));
    const ctx = createPagesEventContext<Plain>({ request: request("/a/b"), next });
    expect(await (await ctx.next("../c", { method: "DELETE" })).text()).toBe("DELETE https://recipes.test/c");
    expect(await (await ctx.next(new Request("https://other.test/"))).text()).toBe("GET https://other.test/");
  });

  it("reaches static files by next() as the test says", async () => {
    const ctx = createPagesEventContext<typeof old>({
      request: request("/old/soup"),
      params: { path: ["soup"] },
      data: {},
      next: (request) => env.ASSETS.fetch(request),
    });
    const response = await old(ctx);
    expect(await response.text()).toBe("Boil the vegetables for an hour.\n");
  });

  it("refuses next() where the test gave none", async () => {
    const ctx = createPagesEventContext<typeof old>({ request: request("/old/soup"), params: { path: ["soup"] }, data: {} });
    await expect(old(ctx)).rejects.toThrow(
      new TypeError("Cannot call `EventContext#next()` without including `next` property in 2nd argument to `createPagesEventContext()`"),
    );
  });

  it("names the field that has the wrong type", () => {
    const create = createPagesEventContext as (init: unknown) => unknown;
    const wrong = (field: string, type: string) =>
      new TypeError(`Incorrect type for the '${field}' field on 'EventContextInit': the provided value is not of type '${type}'.`);
    expect(() => create(undefined)).toThrow(
      new TypeError("Failed to execute 'createPagesEventContext': parameter 1 is not of type 'EventContextInit'."),
    );
    expect(() => create({ request: "https://recipes.test/" })).toThrow(wrong("request", "Request"));
    expect(() => create({ request: request("/"), functionPath: 1 })).toThrow(wrong("functionPath", "string"));
    expect(() => create({ request: request("/"), next: {} })).toThrow(wrong("next", "function"));
    expect(() => create({ request: request("/"), params: null })).toThrow(wrong("params", "object"));
    expect(() => create({ request: request("/"), data: "data" })).toThrow(wrong("data", "object"));
  });

  it("needs the binding ASSETS", () => {
    const { ASSETS } = env;
    try {
      delete (env as Partial<Env>).ASSETS;
      expect(() => createPagesEventContext<Plain>({ request: request("/") })).toThrow(
        new TypeError("Cannot call `createPagesEventContext()` without defining `ASSETS` service binding"),
      );
    } finally {
      env.ASSETS = ASSETS;
    }
  });
});
