import { describe, expect, it, test } from "vitest";

describe.skip("a skipped suite", () => {
  it("never runs", () => expect(1).toBe(2));
  it.todo("is to do");
  it.only("not even this", () => {});
});
describe.todo("a suite to do");
describe.skipIf(true)("skipped by a condition", () => {
  it("never runs", () => expect(1).toBe(2));
});
describe.runIf(true)("runs by a condition", () => {
  it("runs", () => {});
});
it.skipIf(true)("skipped by a condition", () => expect(1).toBe(2));
it.skipIf(false)("not skipped by a condition", () => {});
it.runIf(false)("skipped by its condition", () => expect(1).toBe(2));
it.runIf(true)("run by its condition", () => {});
it.todo("to do");
it("skips itself", (context) => context.skip());
it("skips itself with a note", ({ skip }) => skip("because"));
it("skips itself by a condition", ({ skip }) => {
  skip(false, "not yet");
  skip(true, "now");
  expect(1).toBe(2);
});
test("has options", { skip: true }, () => expect(1).toBe(2));
test("has a number of milliseconds", () => {}, 500);
test("has options and runs", { timeout: 500, retry: 1 }, () => {});
