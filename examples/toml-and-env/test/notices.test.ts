import { createExecutionContext, createScheduledController, env, SELF, waitOnExecutionContext } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import worker from "../src";

function put(title: string, headers?: HeadersInit): Promise<Response> {
  return SELF.fetch(`https://notices.test/${title}`, { method: "PUT", body: "text", headers });
}

describe("wrangler.toml", () => {
  it("is empty at first, and says where it runs", async () => {
    const response = await SELF.fetch("https://notices.test/");
    expect(await response.json()).toEqual({ stage: "staging", notices: [] });
  });

  it("asks for the token", async () => {
    expect((await put("refused")).status).toBe(401);
    expect((await put("taken", { authorization: `Bearer ${env.API_TOKEN}` })).status).toBe(201);
  });

  it("publishes drafts by cron, and lists no more than it may", async () => {
    for (const title of ["a", "b", "c"]) {
      await put(title, { authorization: `Bearer ${env.API_TOKEN}` });
    }
    const ctx = createExecutionContext();
    await worker.scheduled(createScheduledController(), env, ctx);
    await waitOnExecutionContext(ctx);

    expect((await env.DRAFTS?.list())?.keys).toEqual([]);
    const response = await SELF.fetch("https://notices.test/");
    expect(await response.json()).toEqual({ stage: "staging", notices: ["a", "b"] });
  });

  it("takes production's way when handed production's env", async () => {
    const production = { ...env, STAGE: "production" as const, MAX_NOTICES: 50, DRAFTS: undefined };
    const request = new Request<unknown, IncomingRequestCfProperties>("https://notices.test/direct", {
      method: "PUT",
      body: "text",
      headers: { authorization: `Bearer ${env.API_TOKEN}` },
    });
    const response = await worker.fetch(request, production);
    expect(response.status).toBe(201);
    expect(await env.NOTICES.get("direct")).toBe("text");
  });
});
