import { expect, it, vi } from "vitest";
import bank, { fee, pay, payLater } from "../src/bank";

vi.mock(import("../src/bank"), async (importOriginal) => {
  const original = await importOriginal();
  return { ...original, fee: 5, pay: vi.fn((amount: number) => amount) };
});

it("keeps the rest", async () => {
  expect([fee, pay(3), await payLater(1)]).toEqual([5, 3, 12]);
  expect(bank.pay(1)).toBe(12);
});
it("fails for what the factory leaves out", async () => {
  vi.doMock("../src/rates", () => ({}));
  const rates = await import("../src/rates");
  rates.rate();
});
it("fails for a factory that throws", async () => {
  vi.doMock("../src/mocked", () => {
    throw new Error("in a factory");
  });
  await import("../src/mocked");
});
it("fails for a factory that gives no object", async () => {
  vi.doMock("../src/mocked", () => "text" as never);
  await import("../src/mocked");
});
