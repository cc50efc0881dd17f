export function divide(a: number, b: number): number {
  if (b === 0) throw new RangeError("division by zero");
  return a / b;
}

export class Calculator {
  static fail(): never {
    return new Calculator().#deep();
  }
  #deep(): never {
    throw new Error("deep in a class");
  }
  async later(): Promise<never> {
    await Promise.resolve();
    throw new Error("later in a class");
  }
}
export default function () {
  throw new Error("in the default export");
}
