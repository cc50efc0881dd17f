export const double = (value: number) => value * 2;

if (import.meta.vitest) {
  const { describe, expect, it } = import.meta.vitest;
  describe("in the source", () => {
    it("doubles", () => expect(double(2)).toBe(4));
    it("fails", () => expect(double(2)).toBe(5));
  });
}
