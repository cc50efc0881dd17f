import { describe, expect, it } from "vitest";
import fail, { Calculator, divide } from "../src/math";

class HttpError extends Error {
  override name = "HttpError";
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

describe("errors", () => {
  it("of a function", () => void divide(1, 0));
  it("of a method", () => Calculator.fail());
  it("of an async method", () => new Calculator().later());
  it("of a default export", () => fail());
  it("of a class of one's own", () => {
    throw new HttpError(404, "not there");
  });
  it("with a cause", () => {
    try {
      divide(1, 0);
    } catch (cause) {
      throw new Error("cannot divide", { cause });
    }
  });
  it("with causes in a chain", () => {
    throw new Error("first", { cause: new Error("second", { cause: "third" }) });
  });
  it("of several", () => {
    throw new AggregateError([new Error("one"), new TypeError("two")], "both");
  });
  it("of Promise.any", () => Promise.any([Promise.reject(new Error("one")), Promise.reject(new Error("two"))]));
  it("with a message of several lines", () => {
    throw new Error("first line\nsecond line\n    at nowhere");
  });
  it("without a message", () => {
    throw new Error();
  });
  it("with properties", () => {
    throw Object.assign(new Error("with properties"), { code: "E_CODE", detail: { a: [1, 2] } });
  });
  it("of the language", () => {
    (undefined as unknown as { x: number }).x;
  });
  it("of a platform's own class", () => {
    throw new DOMException("stopped", "AbortError");
  });
});
describe("what is no error", () => {
  it("a string", () => {
    throw "a string";
  });
  it("a number", () => {
    throw 42;
  });
  it("an object", () => {
    throw { code: 1, message: "an object" };
  });
  it("undefined", () => {
    throw undefined;
  });
  it("null", () => Promise.reject(null));
  it("a function", () => {
    throw function named() {};
  });
  it("an array", () => {
    throw [1, "two"];
  });
});
describe("assertions", () => {
  it("of equality", () => expect([1, { a: new Map([["k", 1]]) }]).toEqual([1, { a: new Map([["k", 2]]) }]));
  it("of identity", () => expect({}).toBe({}));
  it("of strings", () => expect("one\ntwo\nthree").toBe("one\n2\nthree"));
  it("of throwing", () => expect(() => divide(1, 0)).toThrow("something else"));
  it("of not throwing", () => expect(() => 1).toThrowError(/x/));
  it("of types", () => expect("x").toBeTypeOf("number"));
  it("of instances", () => expect(new Date(0)).toBeInstanceOf(Map));
  it("of lengths", () => expect([1]).toHaveLength(2));
  it("of properties", () => expect({ a: { b: 1 } }).toHaveProperty("a.b", 2));
  it("of closeness", () => expect(0.1 + 0.2).toBeCloseTo(0.4));
  it("of containing", () => expect([1, 2]).toContain(3));
  it("of matching", () => expect({ a: 1, b: 2 }).toMatchObject({ a: expect.any(String) }));
  it("negated", () => expect(1).not.toBe(1));
  it("of satisfaction", () => expect(1).toSatisfy((value: number) => value > 1, "more than one"));
  it("of one of several", () => expect("x").toBeOneOf(["a", "b"]));
  it("in chai's words", () => expect({ a: 1 }).to.deep.equal({ a: 2 }));
  it("of nothing", () => expect(null).toBeDefined());
  it("of nothing at all", () => expect(undefined).not.toBeUndefined());
  it("of bigints and symbols", () => expect([1n, Symbol.iterator]).toStrictEqual([2n, Symbol.iterator]));
});
