import { expect } from "vitest";

expect.extend({
  toBeEven(received: number) {
    return {
      pass: received % 2 === 0,
      message: () => `expected ${received} ${this.isNot ? "not " : ""}to be even`,
      actual: received,
      expected: "an even number",
    };
  },
  async toBecome(received: Promise<unknown>, expected: unknown) {
    const { equals, utils } = this;
    const found = await received;
    return { pass: equals(found, expected), message: () => `expected ${utils.printReceived(found)} to become ${utils.printExpected(expected)}` };
  },
  toBeWithin(received: number, low: number, high: number) {
    return { pass: received >= low && received <= high, message: () => `${received} is not within ${low} and ${high}` };
  },
  toTellItsState() {
    const { currentTestName, testPath, isNot, promise } = this;
    return { pass: false, message: () => JSON.stringify({ currentTestName, isNot, promise, path: testPath?.split("/").slice(-2) }) };
  },
});
expect.addEqualityTesters([
  (a: unknown, b: unknown) => (a instanceof Volume && b instanceof Volume ? a.litres === b.litres : undefined),
]);

export class Volume {
  constructor(
    readonly litres: number,
    readonly label: string,
  ) {}
}
