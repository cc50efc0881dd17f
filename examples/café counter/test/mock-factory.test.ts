import { SELF } from "cloudflare:test";
import { describe, expect, it, vi } from "vitest";
import { menu, priceOf } from "../src/prices";
import { receipt } from "../src/receipt";

const { prices } = vi.hoisted(() => ({ prices: new Map([["tea", 190]]) }));

vi.mock("../src/prices", async (importOriginal) => ({
  ...(await importOriginal<typeof import("../src/prices")>()),
  priceOf: (drink: string) => prices.get(drink) ?? -1,
}));

describe("vi.mock", () => {
  it("replaces one export for the module under test", () => {
    expect(receipt(["tea", "tea"])).toEqual({ lines: ["2 x tea: 3.80"], total: 380 });
    expect(priceOf("espresso")).toBe(-1);
  });

  it("keeps the exports the factory passed through", () => {
    expect(menu()).toEqual(["espresso", "cortado", "water"]);
  });

  it("reaches the running Worker and its Durable Objects", async () => {
    const response = await SELF.fetch("https://cafe.test/sell", { method: "POST", body: JSON.stringify(["tea"]) });
    expect(await response.json()).toMatchObject({ total: 190, takings: 190 });
  });

  it("still has the original at hand", async () => {
    const original = await vi.importActual<typeof import("../src/prices")>("../src/prices");
    expect(original.priceOf("espresso")).toBe(250);
  });
});
