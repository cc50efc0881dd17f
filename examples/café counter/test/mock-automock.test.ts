import { describe, expect, it, vi } from "vitest";
import * as prices from "../src/prices";
import { receipt } from "../src/receipt";

vi.mock("../src/prices");

describe("vi.mock", () => {
  it("turns functions into mocks that return nothing, and keeps plain values", () => {
    expect(vi.isMockFunction(prices.priceOf)).toBe(true);
    expect(prices.menu()).toBeUndefined();
    expect(prices.happyHour).toEqual({ from: 16, to: 18 });
  });

  it("lets each test say what they return", () => {
    vi.mocked(prices.priceOf).mockReturnValueOnce(100).mockReturnValue(1);
    expect(receipt(["espresso", "petrol"]).total).toBe(101);
    expect(prices.priceOf).toHaveBeenCalledTimes(2);
    expect(prices.priceOf).toHaveBeenLastCalledWith("petrol");
  });
});
