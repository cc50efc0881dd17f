import { describe, expect, it, test } from "vitest";

it.each([[1, 1, 2], [1, 2, 3]])("adds %i and %i to %i", (a, b, sum) => expect(a + b).toBe(sum));
it.each([1, 2, 3])("takes one value %d", (value) => expect(value).toBeGreaterThan(0));
it.each([{ a: 1, b: { c: "x" } }, { a: 2, b: { c: "y" } }])("names $a and $b.c", ({ a }) => expect(a).toBeTypeOf("number"));
it.each`
  a    | b    | sum
  ${1} | ${1} | ${2}
  ${2} | ${3} | ${5}
`("of a table: $a + $b = $sum", ({ a, b, sum }) => expect(a + b).toBe(sum));
it.each([["a", { x: 1 }], ["b", [1]]])("%s %j %o %% %#", () => {});
it.each([[null], [undefined], [Number.NaN], [-0], [1n], [Symbol("s")], [() => 1], [new Error("e")]])("prints %s", () => {});
it.each([0.5, 1e21])("is a number %f %i %d", () => {});
it.for([[1, 2], [3, 4]])("for %i and %i", ([a, b], { expect: own }) => own(a).toBeLessThan(b));
it.for([{ name: "x" }])("for $name, number %$ from %#", ({ name }) => expect(name).toBe("x"));
test.each([])("of nothing", () => {});
describe.each([{ kind: "first" }, { kind: "second" }])("a suite of $kind", ({ kind }) => {
  it("has its kind", () => expect(kind).toMatch(/first|second/));
});
describe.for([["x"], ["y"]])("a suite for %s", ([name]) => {
  it("has its name", () => expect(name).toHaveLength(1));
});
it.skip.each([1, 2])("skipped %i", () => expect(1).toBe(2));
it.fails.each([1, 2])("fails with %i", (value) => expect(value).toBe(0));
it.concurrent.each([1, 2])("concurrent %i", async (value, ...rest) => {
  await Promise.resolve();
  expect([value, rest.length]).toEqual([value, 0]);
});
