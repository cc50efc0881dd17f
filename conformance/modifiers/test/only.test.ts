import { describe, expect, it } from "vitest";

describe("a suite with an only", () => {
  it.only("adds", () => expect(1 + 1).toBe(2));
  it("is left out", () => expect(1).toBe(2));
  describe("below", () => {
    it("is left out too", () => expect(1).toBe(2));
  });
});
describe.only("a suite that is only", () => {
  it("runs", () => {});
  it.skip("is skipped", () => {});
  it.todo("is to do");
});
describe("another suite", () => {
  it("is left out as well", () => {});
});
