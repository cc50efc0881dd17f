import { expect, it, vi } from "vitest";
import bank, { Account, fee, list, pay } from "../src/bank";

vi.mock("../src/bank");

it("has functions that do nothing", () => {
  expect(vi.isMockFunction(pay)).toBe(true);
  expect(pay(1)).toBeUndefined();
  expect(bank.nested.rate()).toBeUndefined();
});
it("keeps primitives and empties arrays", () => {
  expect([fee, list]).toEqual([2, []]);
});
it("has classes", () => {
  const account = new Account(3);
  expect(account).toBeInstanceOf(Account);
  expect(account.add(1)).toBeUndefined();
  expect(vi.mocked(Account).mock.instances).toHaveLength(1);
  expect(Account.open()).toBeUndefined();
  vi.mocked(account.add).mockReturnValue(account);
  expect(account.add(1)).toBe(account);
});
