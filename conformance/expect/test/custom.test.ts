import { describe, expect, it } from "vitest";
import { Volume } from "../setup";

interface Custom<R = unknown> {
  toBeEven(): R;
  toBecome(expected: unknown): Promise<R>;
  toBeWithin(low: number, high: number): R;
  toTellItsState(): R;
}
declare module "vitest" {
  interface Assertion<T = any> extends Custom<T> {}
  interface AsymmetricMatchersContaining extends Custom {}
}
describe("matchers of one's own", () => {
  it("pass", async () => {
    expect(2).toBeEven();
    expect(3).not.toBeEven();
    await expect(Promise.resolve({ a: 1 })).toBecome({ a: 1 });
  });
  it("fail", () => expect(3).toBeEven());
  it("fail negated", () => expect(2).not.toBeEven());
  it("fail later", () => expect(Promise.resolve(1)).toBecome(2));
  it("are asymmetric", () => {
    expect({ value: 5 }).toEqual({ value: expect.toBeWithin(1, 9) });
    expect({ value: 5 }).toEqual({ value: expect.not.toBeEven() });
  });
  it("fail as asymmetric ones", () => expect({ value: 5 }).toEqual({ value: expect.toBeWithin(6, 9) }));
  it("know where they are", () => expect(1).toTellItsState());
  it("work after promises", async () => {
    await expect(Promise.resolve(2)).resolves.toBeEven();
    await expect(Promise.reject(3)).rejects.toBeEven();
  });
});
describe("testers of one's own", () => {
  it("pass", () => expect(new Volume(1, "a")).toEqual(new Volume(1, "b")));
  it("fail", () => expect([new Volume(1, "a")]).toEqual([new Volume(2, "a")]));
});
describe("snapshots", () => {
  it("use the serializers of the config", () => expect({ at: new URL("http://a/b") }).toMatchSnapshot());
});
