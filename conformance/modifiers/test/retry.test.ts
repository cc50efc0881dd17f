import { afterEach, beforeEach, describe, expect, it } from "vitest";

let tries = 0;
const before: string[] = [];
beforeEach(({ task }) => {
  before.push(task.name);
});
afterEach(({ task }) => {
  before.push(`after ${task.name}`);
});

it("passes the third time", { retry: 3 }, () => {
  expect(++tries).toBe(3);
});
it("fails each time", { retry: 2 }, () => {
  throw new Error(`try ${++tries}`);
});
it("is repeated", { repeats: 2 }, ({ task }) => {
  expect(task.repeats).toBe(2);
});
let repeated = 0;
it("fails when it is repeated", { repeats: 3, retry: 1 }, () => {
  expect(++repeated).toBeLessThan(3);
});
it("has its hooks each time", () => {
  expect(before.filter((name) => name === "passes the third time")).toHaveLength(3);
  expect(before.filter((name) => name === "is repeated")).toHaveLength(3);
  expect(before.filter((name) => name === "after is repeated")).toHaveLength(3);
});
describe("a suite with retries", { retry: 1 }, () => {
  let tried = 0;
  it("gets them", () => expect(++tried).toBe(2));
  it("has its own", { retry: 0 }, () => {
    throw new Error("once");
  });
});
