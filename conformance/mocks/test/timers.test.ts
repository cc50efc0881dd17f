import { afterEach, expect, it, vi } from "vitest";

afterEach(() => {
  vi.useRealTimers();
});
it("advances", async () => {
  vi.useFakeTimers();
  const log: string[] = [];
  setTimeout(() => log.push("second"), 1000);
  setInterval(() => log.push("tick"), 400);
  queueMicrotask(() => log.push("microtask"));
  expect(vi.getTimerCount()).toBe(2);
  vi.advanceTimersByTime(1000);
  expect(log).toEqual(["tick", "tick", "second"]);
  await vi.advanceTimersByTimeAsync(200);
  expect(log).toContain("microtask");
  vi.advanceTimersToNextTimer();
  expect(log.filter((entry) => entry === "tick")).toHaveLength(4);
  vi.clearAllTimers();
  expect(vi.getTimerCount()).toBe(0);
});
it("runs all", async () => {
  vi.useFakeTimers();
  let done = 0;
  setTimeout(() => setTimeout(() => done++, 10), 10);
  vi.runAllTimers();
  expect(done).toBe(1);
  setTimeout(() => setTimeout(() => done++, 10), 10);
  vi.runOnlyPendingTimers();
  expect(done).toBe(1);
  await vi.runAllTimersAsync();
  expect(done).toBe(2);
});
it("sets the time", () => {
  vi.setSystemTime(new Date("2020-01-02T03:04:05Z"));
  expect(new Date().toISOString()).toBe("2020-01-02T03:04:05.000Z");
  expect(vi.getMockedSystemTime()?.getTime()).toBe(Date.UTC(2020, 0, 2, 3, 4, 5));
  expect(vi.isFakeTimers()).toBe(false);
  vi.useRealTimers();
  expect(Date.now()).toBeGreaterThan(Date.UTC(2021, 0));
});
it("fakes only some", () => {
  vi.useFakeTimers({ toFake: ["Date"], now: 1234 });
  expect(Date.now()).toBe(1234);
  expect(vi.isFakeTimers()).toBe(true);
  let ran = false;
  return new Promise<void>((resolve) => setTimeout(() => resolve(void (ran = true)), 5)).then(() => expect(ran).toBe(true));
});
it("does not fake some", () => {
  vi.useFakeTimers({ toNotFake: ["performance"] });
  const before = performance.now();
  vi.advanceTimersByTime(100_000);
  expect(performance.now() - before).toBeLessThan(50_000);
});
it("loops without end", () => {
  vi.useFakeTimers({ loopLimit: 10 });
  const again = () => setTimeout(again, 1);
  again();
  vi.runAllTimers();
});
it("has no timers to advance", () => {
  vi.advanceTimersByTime(10);
});
