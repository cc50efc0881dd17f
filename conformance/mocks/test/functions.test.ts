import { afterEach, describe, expect, it, vi } from "vitest";

afterEach(() => {
  vi.restoreAllMocks();
});
describe("vi.fn", () => {
  it("remembers", async () => {
    const mock = vi.fn((a: number, b: number) => a + b);
    mock(1, 2);
    mock(3, 4);
    expect(mock.mock.calls).toEqual([[1, 2], [3, 4]]);
    expect(mock.mock.results).toEqual([{ type: "return", value: 3 }, { type: "return", value: 7 }]);
    expect(mock).toHaveBeenNthCalledWith(2, 3, 4);
    expect(mock).toHaveBeenLastCalledWith(3, 4);
    expect(mock).toHaveBeenCalledTimes(2);
    expect(mock.mock.lastCall).toEqual([3, 4]);
  });
  it("has a name", () => {
    const mock = vi.fn().mockName("named");
    expect(mock.getMockName()).toBe("named");
    expect(mock).toHaveBeenCalled();
  });
  it("has implementations", async () => {
    const mock = vi.fn().mockReturnValueOnce(1).mockResolvedValueOnce(2).mockRejectedValueOnce(new Error("3")).mockReturnValue(4);
    expect(mock()).toBe(1);
    expect(await mock()).toBe(2);
    await expect(mock()).rejects.toThrow("3");
    expect(mock()).toBe(4);
    mock.withImplementation(() => 5, () => expect(mock()).toBe(5));
    mock.mockThrowOnce?.(new Error("6"));
    expect(mock.getMockImplementation()).toBeTypeOf("function");
  });
  it("is cleared, reset and restored", () => {
    const mock = vi.fn(() => "original");
    mock.mockReturnValue("other");
    expect(mock()).toBe("other");
    mock.mockClear();
    expect(mock).not.toHaveBeenCalled();
    expect(mock()).toBe("other");
    mock.mockReset();
    expect(mock()).toBe("original");
  });
  it("constructs", () => {
    const Mock = vi.fn(class { value = 1; });
    expect(new Mock().value).toBe(1);
    expect(Mock.mock.instances).toHaveLength(1);
    expect(Mock.mock.contexts).toHaveLength(1);
  });
  it("orders calls", () => {
    const [first, second] = [vi.fn(), vi.fn()];
    first();
    second();
    expect(first).toHaveBeenCalledBefore(second);
    expect(second).toHaveBeenCalledAfter(first);
    expect(second).toHaveBeenCalledBefore(first);
  });
  it("shows its calls when it fails", () => {
    const mock = vi.fn();
    mock("a", { b: 1 });
    mock("c");
    expect(mock).toHaveBeenCalledWith("d");
  });
  it("shows what it returned", () => {
    const mock = vi.fn((value: number) => value);
    mock(1);
    expect(mock).toHaveReturnedWith(2);
  });
  it("was called too often", () => {
    const mock = vi.fn();
    mock();
    mock();
    expect(mock).toHaveBeenCalledExactlyOnceWith();
  });
});
describe("vi.spyOn", () => {
  it("watches methods", () => {
    const object = { value: 1, method: (value: number) => value * 2 };
    const spy = vi.spyOn(object, "method");
    expect(object.method(2)).toBe(4);
    expect(spy).toHaveBeenCalledWith(2);
    spy.mockReturnValue(0);
    expect(object.method(2)).toBe(0);
    spy.mockRestore();
    expect(object.method(2)).toBe(4);
    expect(vi.isMockFunction(object.method)).toBe(false);
  });
  it("watches properties", () => {
    const object = { get value() { return 1; }, set value(_value: number) {} };
    const get = vi.spyOn(object, "value", "get").mockReturnValue(2);
    const set = vi.spyOn(object, "value", "set");
    expect(object.value).toBe(2);
    object.value = 3;
    expect(get).toHaveBeenCalledOnce();
    expect(set).toHaveBeenCalledWith(3);
  });
  it("watches globals", () => {
    const spy = vi.spyOn(globalThis, "fetch").mockResolvedValue(new Response("mocked"));
    return fetch("http://example.com/").then(async (response) => {
      expect(await response.text()).toBe("mocked");
      expect(spy).toHaveBeenCalledWith("http://example.com/");
    });
  });
  it("refuses what is not there", () => {
    vi.spyOn({} as { missing(): void }, "missing");
  });
  it("refuses a module's exports", async () => {
    const module = await import("../src/rates");
    expect(vi.spyOn(module, "rate")()).toBe(10);
  });
});
describe("stubs", () => {
  it("stubs globals", () => {
    vi.stubGlobal("invented", 1);
    vi.stubGlobal("Date", class { static now = () => 5; });
    expect([(globalThis as { invented?: number }).invented, Date.now()]).toEqual([1, 5]);
    vi.unstubAllGlobals();
    expect("invented" in globalThis).toBe(false);
    expect(Date.now()).toBeGreaterThan(5);
  });
  it("stubs the environment", () => {
    vi.stubEnv("INVENTED", "1").stubEnv("MODE", "stubbed");
    expect([process.env.INVENTED, import.meta.env.INVENTED, import.meta.env.MODE]).toEqual(["1", "1", "stubbed"]);
    vi.stubEnv("INVENTED", undefined);
    expect(process.env.INVENTED).toBeUndefined();
    vi.unstubAllEnvs();
    expect([process.env.INVENTED, import.meta.env.MODE]).toEqual([undefined, "test"]);
  });
});
describe("waiting", () => {
  it("waits for what does not throw", async () => {
    let tries = 0;
    expect(await vi.waitFor(() => {
      if (++tries < 3) throw new Error("not yet");
      return tries;
    }, { interval: 5 })).toBe(3);
  });
  it("waits until something is true", async () => {
    let tries = 0;
    expect(await vi.waitUntil(() => ++tries > 2 && "done", { interval: 5 })).toBe("done");
  });
  it("waits in vain", async () => {
    await vi.waitFor(() => {
      throw new Error("never");
    }, { interval: 5, timeout: 30 });
  });
  it("waits until never", async () => {
    await vi.waitUntil(() => false, { interval: 5, timeout: 30 });
  });
});
