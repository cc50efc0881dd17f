import { describe, expect, it, vi } from "vitest";

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
it("takes too long", () => sleep(3000), 40);
it("takes too long, by its options", { timeout: 40 }, () => sleep(3000));
it("has all the time", { timeout: 0 }, () => sleep(20));
describe("a suite with a timeout", { timeout: 40 }, () => {
  it("takes too long", () => sleep(3000));
  it("has its own", { timeout: 1000 }, () => sleep(60));
});
it("can be told while it runs", async () => {
  vi.setConfig({ testTimeout: 1234 });
  vi.resetConfig();
  expect(1).toBe(1);
});
