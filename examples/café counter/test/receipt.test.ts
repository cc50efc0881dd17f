import { describe, expect, it } from "vitest";
import { receipt } from "../src/receipt";

const order = ["cortado", "espresso", "water", "espresso"];

describe("Snapshots", () => {
  it("is on disk", () => {
    expect(receipt(order)).toMatchSnapshot();
    expect(receipt([])).toMatchSnapshot("of an empty order");
  });

  it("is in the test", () => {
    expect(receipt(order).lines).toMatchInlineSnapshot(`
      [
        "1 x cortado: 3.20",
        "2 x espresso: 5.00",
        "1 x water: 0.00",
      ]
    `);
  });

  it("refuses what is not on the menu", () => {
    expect(() => receipt(["petrol"])).toThrowErrorMatchingInlineSnapshot(`[RangeError: We do not serve petrol.]`);
  });
});
