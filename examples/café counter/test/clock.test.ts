import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { priceAt } from "../src/prices";

describe("Fake timers", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.setSystemTime(new Date("2026-06-21T15:59:30Z"));
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it("halves prices when the happy hour strikes", () => {
    expect(priceAt("espresso", new Date())).toBe(250);
    vi.advanceTimersByTime(30_000);
    expect(priceAt("espresso", new Date())).toBe(125);
  });

  it("fires timers only when told to", async () => {
    const rung = vi.fn();
    setTimeout(rung, 10 * 60_000);
    await vi.advanceTimersByTimeAsync(10 * 60_000 - 1);
    expect(rung).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(rung).toHaveBeenCalledOnce();
  });
});

describe("Real timers", () => {
  it("goes on when the fake clock is put away", () => {
    expect(Date.now()).not.toBe(Date.parse("2026-06-21T15:59:30Z"));
  });
});
