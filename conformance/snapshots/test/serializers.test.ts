import { expect, it } from "vitest";

expect.addSnapshotSerializer({
  test: (value) => value instanceof Money,
  serialize: (value: Money) => `Money<${value.amount} ${value.currency}>`,
});
expect.addSnapshotSerializer({
  test: (value) => typeof value === "object" && value !== null && "secret" in value,
  print: (value, print) => `hidden ${print(Object.keys(value as object))}`,
});
class Money {
  constructor(
    readonly amount: number,
    readonly currency: string,
  ) {}
}
it("uses them", () => {
  expect({ price: new Money(1, "EUR") }).toMatchSnapshot();
  expect({ secret: 1 }).toMatchInlineSnapshot();
});
