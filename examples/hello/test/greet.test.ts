import { describe, expect, it } from "vitest";
import { greet, isQuiet } from "../src/greet";

describe("Plain functions", () => {
  it("greets, and lowers its voice in the quiet hours", () => {
    const night = { from: 22, to: 6 };
    expect(greet("Hello", " Ada ", isQuiet(12, night))).toBe("Hello, Ada!");
    expect(greet("Hello", "", isQuiet(3, night))).toBe("hello, stranger.");
    expect([5, 6, 21, 22].map((hour) => isQuiet(hour, night))).toEqual([true, false, false, true]);
  });
});
