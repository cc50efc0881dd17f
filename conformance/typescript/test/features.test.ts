import type { Shape } from "../src/shapes";
import { Color, Direction, type Circle, area, Level } from "../src/shapes";

namespace Geometry {
  export namespace Shapes {
    export const count = 3;
  }
  export const inner = Shapes.count + 1;
}
import Shapes = Geometry.Shapes;
enum Local {
  A,
  B = 10,
  C,
  D = "d".length,
}
abstract class Base<T> {
  protected constructor(public readonly value: T) {}
  abstract describe(): string;
}
class Derived extends Base<number> {
  static count = 0;
  static {
    Derived.count = 1;
  }
  declare ghost: string;
  optional?: string;
  field = this.value + 1;
  #secret = 7;
  constructor() {
    super(41);
  }
  override describe() {
    return `${this.value} ${this.#secret}`;
  }
}
function overloaded(a: string): string;
function overloaded(a: number): number;
function overloaded(a: unknown) {
  return a;
}

describe("TypeScript", () => {
  it("has enums", () => {
    expect([Color.Red, Color[1], Color.Blue]).toEqual([0, "Green", 2]);
    expect(Direction.Up).toBe("UP");
    expect(Level.High).toBe(3);
    expect([Local.A, Local.C, Local.D, Local[10]]).toEqual([0, 11, 1, "B"]);
  });
  it("has namespaces", () => expect([Shapes.count, Geometry.inner]).toEqual([3, 4]));
  it("has classes", () => {
    const derived = new Derived();
    expect(derived.describe()).toBe("41 7");
    expect(derived.field).toBe(42);
    expect(Object.keys(derived)).toEqual(["value", "optional", "field"]);
    expect(Derived.count).toBe(1);
  });
  it("has assertions and satisfaction", () => {
    const shape = { kind: "circle", radius: 1 } satisfies Circle as Shape;
    expect(area(shape)!).toBeCloseTo(Math.PI);
    expect(<number>overloaded(1)).toBe(1);
  });
  it("disposes", () => {
    const log: string[] = [];
    {
      using resource = { [Symbol.dispose]: () => void log.push("disposed") };
      log.push(typeof resource);
    }
    expect(log).toEqual(["object", "disposed"]);
  });
});
