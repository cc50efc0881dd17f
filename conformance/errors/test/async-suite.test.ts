import { describe, it } from "vitest";

describe("a suite that rejects", async () => {
  it("is collected", () => {});
  await Promise.resolve();
  throw new Error("later in a suite");
});
