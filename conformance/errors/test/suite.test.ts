import { describe, it } from "vitest";

it("runs before it", () => {});
describe("a suite that throws", () => {
  it("is collected", () => {});
  throw new Error("in a suite");
});
