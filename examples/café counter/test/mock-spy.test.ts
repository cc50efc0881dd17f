import { describe, expect, it, vi } from "vitest";
import * as prices from "../src/prices";
import { receipt } from "../src/receipt";

vi.mock("../src/prices", { spy: true });

describe("vi.mock", () => {
  it("watches calls and leaves the functions alone", () => {
    expect(receipt(["espresso", "espresso"]).total).toBe(500);
    expect(prices.priceOf).toHaveBeenCalledExactlyOnceWith("espresso");
    expect(prices.priceOf).toHaveReturnedWith(250);
  });
});
