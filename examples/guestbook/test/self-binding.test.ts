import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import worker, { Moderation } from "../src";
import { list, sign } from "../src/entries";

describe("Service bindings", () => {
  it("reaches its own fetch() through a service binding", async () => {
    expect(await (await env.API.fetch("https://guestbook.test/latest")).json()).toBeNull();
    const entry = await sign(env.DB, "Ada", "over HTTP");

    const ctx = createExecutionContext();
    const request = new Request<unknown, IncomingRequestCfProperties>("https://guestbook.test/latest");
    const response = await worker.fetch(request, env, ctx);
    await waitOnExecutionContext(ctx);
    expect(await response.json()).toEqual(entry);
  });

  it("reaches its own entrypoint by RPC", async () => {
    const entry = await sign(env.DB, "Mallory", "buy now");
    expect(await env.MODERATION.hide(entry.id, "advertising")).toBe(true);
    expect(await exports.Moderation.hide("no-such-id", "nothing")).toBe(false);
    expect((await list(env.DB)).map(({ name }) => name)).toEqual(["Ada"]);
  });

  it("can be constructed and called without a binding", async () => {
    const entry = await sign(env.DB, "Trudy", "me too");
    const ctx = createExecutionContext();
    const moderation = new Moderation(ctx, env);
    expect(await moderation.hide(entry.id, "advertising")).toBe(true);
    await waitOnExecutionContext(ctx);
  });
});
