import { it } from "vitest";

it("ends the process", () => {
  process.exit(3);
});
it("comes after", () => {});
