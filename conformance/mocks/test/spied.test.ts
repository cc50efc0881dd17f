import { expect, it, vi } from "vitest";
import { Account, pay } from "../src/bank";

vi.mock("../src/bank", { spy: true });

it("calls the original", () => {
  expect(pay(1)).toBe(12);
  expect(pay).toHaveBeenCalledWith(1);
  expect(pay).toHaveReturnedWith(12);
});
it("watches classes", () => {
  expect(new Account(2).add(3).balance).toBe(5);
  expect(Account).toHaveBeenCalledWith(2);
  expect(Account.prototype.add).toHaveBeenCalledWith(3);
});
