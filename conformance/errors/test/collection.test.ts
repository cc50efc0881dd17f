import { describe, it } from "vitest";

describe("a suite", () => {
  it("is never run", () => {});
});
throw new Error("while the file is read");
