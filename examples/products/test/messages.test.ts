import { env } from "cloudflare:workers";
import { EmailMessage } from "cloudflare:email";
import { expect, it, vi } from "vitest";

it("delivers messages in batches to the Worker's own consumer", async () => {
  await env.ORDERS.send("pen");
  await env.ORDERS.sendBatch([{ body: "ink" }, { body: "paper" }]);
  await vi.waitFor(async () => {
    const { keys } = await env.NOTES.list({ prefix: "orders/" });
    expect(keys.map(({ name }) => name)).toEqual(["orders/ink", "orders/paper", "orders/pen"]);
  }, 5000);
});

it("moves messages that fail too often to the dead letter queue", async () => {
  await env.ORDERS.send("broken");
  await vi.waitFor(async () => expect(await env.NOTES.get("failed-orders/broken")).toBe("1"), 5000);
});

it("runs workflows", async () => {
  const instance = await env.SHIPPING.create({ id: "order-1", params: { item: "pen" } });
  await vi.waitFor(async () => expect((await instance.status()).status).toBe("complete"), 5000);
  expect((await instance.status()).output).toBe("shipping: pen");
  expect(await env.NOTES.get("shipped")).toBe("shipping: pen");
});

it("counts calls", async () => {
  const results = [];
  for (let call = 0; call < 3; call++) results.push((await env.LIMIT.limit({ key: "ada" })).success);
  expect(results).toEqual([true, true, false]);
});

it("checks mail", async () => {
  const raw = (to: string) =>
    `From: shop@example.com\r\nTo: ${to}\r\nSubject: Hi\r\nMessage-ID: <1@example.com>\r\nDate: Thu, 01 Jan 2026 00:00:00 +0000\r\n\r\nHello\r\n`;
  const mail = (to: string) => new EmailMessage("shop@example.com", to, raw(to));
  await env.MAIL.send(mail("ada@example.com"));
  await expect(env.MAIL.send(mail("eve@example.com"))).rejects.toThrow("email to eve@example.com not allowed");
});

it("takes data points and records", async () => {
  env.EVENTS.writeDataPoint({ blobs: ["click"], doubles: [1] });
  await env.CLICKS.send([{ page: "/" }]);
});
