import { afterAll, describe, expect, it } from "vitest";

const order: number[] = [];
describe.shuffle("in any order", () => {
  for (let index = 0; index < 8; index++) it(`number ${index}`, () => void order.push(index));
});
afterAll(() => {
  expect(order.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});
