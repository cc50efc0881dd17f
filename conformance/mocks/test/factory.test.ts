import { expect, it, vi } from "vitest";
import { pay } from "../src/bank";
import { rate } from "../src/rates";

const { answer } = vi.hoisted(() => ({ answer: vi.fn(() => 3) }));
vi.mock("../src/rates", () => ({ rate: answer }));

it("is used by others", () => {
  expect(pay(2)).toBe(8);
  expect(rate).toHaveBeenCalledOnce();
});
it("can be changed", () => {
  answer.mockReturnValueOnce(100);
  expect([pay(1), pay(1)]).toEqual([102, 5]);
});
it("has the original", async () => {
  const original = await vi.importActual<typeof import("../src/rates")>("../src/rates");
  expect(original.rate()).toBe(10);
});
