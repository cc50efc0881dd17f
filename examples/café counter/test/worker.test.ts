import { createExecutionContext, listDurableObjectIds, SELF, waitOnExecutionContext } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import worker from "../src";

describe("ctx.exports", () => {
  it("sells through a Durable Object of ctx.exports", async () => {
    const response = await exports.default.fetch("https://cafe.test/sell", {
      method: "POST",
      body: JSON.stringify(["espresso", "cortado", "espresso"]),
    });
    expect(await response.json()).toEqual({
      lines: ["2 x espresso: 5.00", "1 x cortado: 3.20"],
      total: 820,
      takings: 820,
    });
    expect(await env.LEDGERS.getByName("today").total()).toBe(820);
    expect((await listDurableObjectIds(env.LEDGERS)).length).toBe(1);
  });

  it("reads the menu from an entrypoint of ctx.exports", async () => {
    const response = await SELF.fetch("https://cafe.test/menu");
    expect(await response.json()).toEqual(["espresso", "cortado", "water"]);
  });

  it("has ctx.exports in a context made by the test as well", async () => {
    const ctx = createExecutionContext();
    const request = new Request<unknown, IncomingRequestCfProperties>("https://cafe.test/menu");
    const response = await worker.fetch(request, env, ctx);
    await waitOnExecutionContext(ctx);
    expect(await response.json()).toEqual(await exports.Menu.drinks());
  });

  it("routes a tab to its Durable Object", async () => {
    await env.TABS.get(env.TABS.idFromName("ada")).add("espresso");
    const tab = "https://cafe.test/tab/ada";
    expect(await (await SELF.fetch(tab)).json()).toEqual({ owed: 250, closed: null });
    expect((await SELF.fetch(tab, { method: "DELETE" })).status).toBe(204);
    expect(await (await SELF.fetch(tab)).json()).toEqual({ owed: 0, closed: null });
  });
});
