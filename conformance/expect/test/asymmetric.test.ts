import { describe, expect, it } from "vitest";

describe("asymmetric matchers", () => {
  it("pass", () => {
    expect({ a: 1, b: "text", c: [1, 2], d: null, e: 0.3, f: () => {} }).toEqual({
      a: expect.any(Number),
      b: expect.stringMatching(/^te/),
      c: expect.arrayContaining([2]),
      d: null,
      e: expect.closeTo(0.1 + 0.2),
      f: expect.anything(),
    });
    expect({ a: 1, b: 2 }).toEqual(expect.objectContaining({ a: 1 }));
    expect("text").toEqual(expect.not.stringContaining("x-y"));
    expect([1]).toEqual(expect.not.arrayContaining([2]));
    expect("b").toEqual(expect.toBeOneOf(["a", "b"]));
  });
  it("fail", () => expect({ a: "1" }).toEqual({ a: expect.any(Number) }));
  it("fail deep", () => expect({ a: [{ b: "x" }] }).toEqual({ a: [expect.objectContaining({ b: expect.stringContaining("y") })] }));
  it("follow schemas", () => {
    const schema = { "~standard": { version: 1, vendor: "ours", validate: (value: unknown) => (typeof value === "string" ? { value } : { issues: [{ message: "no text" }] }) } };
    expect({ name: "n" }).toEqual({ name: expect.schemaMatching(schema as never) });
    expect({ name: 1 }).toEqual({ name: expect.schemaMatching(schema as never) });
  });
});
describe("equality", () => {
  it("is strict", () => expect({ a: undefined, b: 1 }).toStrictEqual({ b: 1 }));
  it("knows classes", () => expect(new (class A { x = 1; })()).toStrictEqual({ x: 1 }));
  it("knows sets and maps", () => expect(new Map<unknown, unknown>([[{ k: 1 }, new Set([1, 2])]])).toEqual(new Map([[{ k: 1 }, new Set([1, 3])]])));
  it("knows errors", () => expect(new Error("a", { cause: 1 })).toEqual(new Error("a", { cause: 2 })));
  it("knows typed arrays", () => expect(new Uint8Array([1, 2])).toEqual(new Uint8Array([1, 3])));
  it("knows dates", () => expect(new Date(0)).toEqual(new Date(1)));
  it("knows circles", () => {
    const circle: { self?: unknown; value: number } = { value: 1 };
    circle.self = circle;
    const other: { self?: unknown; value: number } = { value: 2 };
    other.self = other;
    expect(circle).toEqual(other);
  });
  it("cuts long texts", () => expect("x".repeat(200)).toBe("y"));
  it("knows sparse arrays", () => expect([, 1]).toStrictEqual([undefined, 1]));
  it("knows responses", () => expect(new Headers({ a: "1" }).get("a")).toEqual("2"));
});
describe("throwing", () => {
  it("knows classes", () => expect(() => { throw new TypeError("a"); }).toThrow(RangeError));
  it("knows messages", () => expect(() => { throw new TypeError("a message"); }).toThrow(/other/));
  it("knows objects", () => expect(() => { throw new TypeError("a"); }).toThrow(expect.objectContaining({ message: "b" })));
  it("must be a function", () => expect(1).toThrow());
  it("is not expected", () => expect(() => { throw new Error("thrown"); }).not.toThrow());
  it("knows rejections", () => expect(Promise.reject(new TypeError("a"))).rejects.toThrow(RangeError));
});
describe("others", () => {
  it("polls with the config's limits", () => expect.poll(() => 1).toBe(2));
  it("has no elements", () => expect(() => (expect as unknown as { element(value: unknown): void }).element(1)).toThrow());
  it("asserts in chai's words", () => expect([1, 2]).to.include.members([3]));
  it("has assert", async () => {
    const { assert } = await import("vitest");
    assert.deepEqual({ a: 1 }, { a: 2 }, "with assert");
  });
  it("has should", async () => {
    const { should } = await import("vitest");
    should();
    (1 as unknown as { should: { equal(value: number): void } }).should.equal(2);
  });
  it("knows types", async () => {
    const { expectTypeOf, assertType } = await import("vitest");
    expectTypeOf(1).toBeNumber();
    assertType<number>(1);
  });
  it("has a state", () => {
    expect(expect.getState().currentTestName).toBe("others > has a state");
    expect(expect.getState().testPath).toMatch(/asymmetric\.test\.ts$/);
  });
  it("fails with a custom message", () => expect(1, () => "lazy" as never).toBe(2));
});
