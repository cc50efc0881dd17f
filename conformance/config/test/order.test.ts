import { inject } from "vitest";

const log = (globalThis as unknown as { log: string[] }).log;
afterEach(() => void log.push("afterEach of the file"));
afterEach(() => void log.push("second afterEach of the file"));

it("has had its setups", () =>
  expect(log).toEqual(["first setup file", "second setup file", "beforeAll of the first", "beforeEach of the first", "beforeEach of the second"]));
it("calls hooks in the order of the list", () =>
  expect(log.slice(5, 9)).toEqual(["afterEach of the first", "afterEach of the second", "afterEach of the file", "second afterEach of the file"]));
it("has what is provided", () => {
  expect(inject("fromConfig" as never)).toEqual({ list: [1, 2] });
  expect(inject("fromSetup" as never)).toBe("provided");
  expect(inject("missing" as never)).toBeUndefined();
});
it("has the environment", () => expect([process.env.CONFIGURED, import.meta.env.CONFIGURED]).toEqual(["yes", "yes"]));
const mock = vi.fn();
it("calls a mock", () => {
  mock();
  vi.stubEnv("CONFIGURED", "no");
  expect(mock).toHaveBeenCalledOnce();
});
it("has cleared it", () => {
  expect(mock).not.toHaveBeenCalled();
  expect(process.env.CONFIGURED).toBe("yes");
});
it("fakes what the config says", () => {
  vi.useFakeTimers();
  expect(Date.now()).toBe(1000);
  vi.useRealTimers();
});
