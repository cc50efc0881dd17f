import { expect, it } from "vitest";

it("imports what throws", async () => {
  await import("../src/throws");
});
it("imports it again", async () => {
  await expect(import("../src/throws")).rejects.toThrow("when it is evaluated");
});
