import { fetchMock, SELF } from "cloudflare:test";
import { afterEach, beforeAll, describe, expect, it } from "vitest";

describe("fetchMock", () => {
  beforeAll(() => {
    fetchMock.activate();
    // A request that no test expects is an error, and none leaves this machine.
    fetchMock.disableNetConnect();
  });

  afterEach(() => fetchMock.assertNoPendingInterceptors());

  it("answers fetch() of a Durable Object", async () => {
    fetchMock
      .get("https://rates.example.com")
      .intercept({ path: "/latest", query: { from: "USD", to: "EUR" } })
      .reply(200, { rate: 0.5 });

    const response = await SELF.fetch("https://shop.example.com/price?currency=EUR");
    expect(await response.json()).toEqual({ currency: "EUR", price: 10 });
  });

  it("answers once if not told otherwise", async () => {
    // Kept by the object since the last test: an interceptor would stay pending.
    const response = await SELF.fetch("https://shop.example.com/price?currency=EUR");
    expect(await response.json()).toEqual({ currency: "EUR", price: 10 });
  });

  it("matches method, headers and body, and replies with what a function makes of them", async () => {
    fetchMock
      .get("https://orders.example.com")
      .intercept({
        method: "POST",
        path: "/v1/orders",
        headers: { authorization: "Bearer sesame", "content-type": /json/ },
        body: (text) => JSON.parse(text).source === "shop",
      })
      .reply(({ body }) => ({ statusCode: 201, data: { accepted: JSON.parse(String(body)).item }, responseOptions: { headers: { Location: "/v1/orders/1" } } }));

    const response = await SELF.fetch("https://shop.example.com/orders", { method: "POST", body: JSON.stringify({ item: "tea" }) });
    expect(response.status).toBe(201);
    expect(response.headers.get("Location")).toBe("/v1/orders/1");
    expect(await response.json()).toEqual({ accepted: "tea" });
  });

  it("hands on a failed connection as fetch() would", async () => {
    fetchMock.get("https://orders.example.com").intercept({ method: "POST", path: /orders$/ }).replyWithError(new Error("connection reset"));
    const sent = SELF.fetch("https://shop.example.com/orders", { method: "POST", body: "{}" });
    await expect(sent).rejects.toThrow("connection reset");
  });

  it("refuses a request that no interceptor expects", async () => {
    const sent = SELF.fetch("https://shop.example.com/orders", { method: "POST", body: "{}" });
    await expect(sent).rejects.toThrow(
      "Mock dispatch not matched for path '/v1/orders': subsequent request to origin https://orders.example.com was not allowed (net.connect disabled)",
    );
  });
});
