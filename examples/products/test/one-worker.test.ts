import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";

describe("Many products in one Worker", () => {
  it("keep what each was given", async () => {
    await Promise.all([env.NOTES.put("a", "1"), env.FILES.put("a", "2"), env.HELLO.set("3"), env.DB.exec("CREATE TABLE a AS SELECT 4 AS n")]);
    expect(await env.NOTES.get("a")).toBe("1");
    expect(await (await env.FILES.get("a"))!.text()).toBe("2");
    expect((await env.HELLO.get()).value).toBe("3");
    expect(await env.DB.prepare("SELECT n FROM a").first("n")).toBe(4);
  });

  it("call each other through the Worker", async () => {
    await env.ORDERS.send("pen");
    const instance = await env.SHIPPING.create({ id: "order-1", params: { item: "pen" } });
    await vi.waitFor(async () => expect((await instance.status()).status).toBe("complete"), 10_000);
    await vi.waitFor(async () => expect(await env.NOTES.get("orders/pen")).toBe("1"), 10_000);
    expect(await env.NOTES.get("shipped")).toBe("shipping: pen");
  });
});
