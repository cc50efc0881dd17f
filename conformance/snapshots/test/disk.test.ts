import { describe, expect, it } from "vitest";

const changed = import.meta.env.VITE_CHANGED === "yes";

it("is kept", () => expect({ a: 1, list: ["x", "y"] }).toMatchSnapshot());
it("changes", () => expect(changed ? { now: 2 } : { once: 1 }).toMatchSnapshot());
it("has a hint", () => expect("text").toMatchSnapshot("a hint"));
it("is numbered", () => {
  expect(1).toMatchSnapshot();
  expect(2).toMatchSnapshot();
});
it("has properties", () => expect({ id: Math.random(), name: "n" }).toMatchSnapshot({ id: expect.any(Number) }));
it("throws", () =>
  expect(() => {
    throw new TypeError("no `quotes` ${here} \\ there");
  }).toThrowErrorMatchingSnapshot());
describe("in a suite", () => {
  it.each(["a", "b"])("of %s", (value) => expect(value).toMatchSnapshot());
  it("of many kinds", () =>
    expect({
      map: new Map([["k", { v: 1 }]]),
      set: new Set([1]),
      date: new Date(0),
      regexp: /x`y/g,
      nothing: null,
      missing: undefined,
      big: 10n,
      symbol: Symbol("s"),
      error: new RangeError("r"),
      call: () => 1,
      text: "line one\nline `two`\n\\three ${four}",
      typed: new Uint8Array([1, 2]),
      nested: { z: 1, a: { y: [[]] } },
    }).toMatchSnapshot());
});
if (!changed) it("goes away", () => expect("gone").toMatchSnapshot());
else it("is new", () => expect("new").toMatchSnapshot());
it("does not match at all", () => expect(1).not.toBe(2));
