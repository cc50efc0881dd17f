import { describe, expect, it, test } from "vitest";

it.fails("fails as it should", () => expect(1).toBe(2));
it.fails("fails as it should, later", async () => {
  await Promise.resolve();
  throw new Error("later");
});
it.fails("does not fail, which is a failure", () => {});
it("fails", () => expect({ a: 1, b: [1, 2] }).toEqual({ a: 1, b: [1, 3] }));
describe("in a suite", () => {
  it.fails("fails as it should", () => expect.unreachable());
  test("fails", { fails: true }, () => {
    throw new TypeError("no");
  });
});
