import { afterEach, expect, it, vi } from "vitest";

afterEach(() => {
  vi.resetModules();
  vi.doUnmock("../src/rates");
});
it("mocks what is imported later", async () => {
  vi.doMock("../src/rates", () => ({ rate: () => 1 }));
  expect((await import("../src/bank")).pay(1)).toBe(3);
});
it("has been reset", async () => {
  expect((await import("../src/bank")).pay(1)).toBe(12);
});
it("evaluates again", async () => {
  const first = await import("../src/bank");
  vi.resetModules();
  expect(await import("../src/bank")).not.toBe(first);
});
it("settles imports", async () => {
  let loaded = false;
  void import("../src/bank").then(() => (loaded = true));
  await vi.dynamicImportSettled();
  expect(loaded).toBe(true);
});
it("mocks objects", () => {
  const original = { call: (value: number) => value, nested: { text: () => "t" }, value: 1 };
  const mocked = vi.mockObject(original);
  expect([mocked.call(1), mocked.nested.text(), mocked.value]).toEqual([undefined, undefined, 1]);
  const spied = vi.mockObject(original, { spy: true });
  expect(spied.call(4)).toBe(4);
  expect(spied.call).toHaveBeenCalledWith(4);
});
it("mocks a package", async () => {
  vi.doMock("ms", () => ({ default: () => "mocked" }));
  expect((await import("ms")).default("1s")).toBe("mocked");
});
it("mocks what is not there", async () => {
  vi.doMock("../src/no-such-file", () => ({ value: 1 }));
  const path = "../src/no-such-file";
  expect((await import(/* @vite-ignore */ path)).value).toBe(1);
});
