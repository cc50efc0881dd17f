import { describe, expect, it } from "vitest";
import { isAllowed } from "../src/auth";

describe("Plain functions", () => {
  it.each([
    ["Bearer secret", true],
    ["Bearer Secret", false],
    ["Bearer secrets", false],
    ["secret", false],
    [null, false],
  ])("%s: %s", (header, allowed) => {
    expect(isAllowed(header, "secret")).toBe(allowed);
  });
});
