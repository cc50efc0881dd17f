import { afterAll, describe, expect, it } from "vitest";

const seen: string[] = [];
let running = 0;
let most = 0;

async function work(name: string) {
  most = Math.max(most, ++running);
  seen.push(`${name} starts`);
  await new Promise((resolve) => setTimeout(resolve, 20));
  seen.push(`${name} ends`);
  running--;
}

describe.concurrent("at once", () => {
  it("one", () => work("one"));
  it("two", () => work("two"));
  it("three", () => work("three"));
  it.sequential("alone", () => work("alone"));
  it("four", ({ expect: own }) => {
    own.assertions(1);
    own(1).toBe(1);
  });
});
describe.sequential("in order", () => {
  it("five", () => work("five"));
  it("six", () => work("six"));
});
it("no more than two at once", () => expect(most).toBe(2));
it("one after the other", () => {
  expect(seen.slice(-4)).toEqual(["five starts", "five ends", "six starts", "six ends"]);
});
afterAll(() => {
  expect(running).toBe(0);
});
