import { afterEach, describe, expect, it, onTestFailed, onTestFinished } from "vitest";

const log: string[] = [];

it("has a task", ({ task, expect: own }) => {
  own(task.name).toBe("has a task");
  own(task.type).toBe("test");
  own(task.file.name).toBe("test/context.test.ts");
  (task.meta as Record<string, unknown>).noted = { deep: [1, "two"], date: null };
});
it("calls back when it is over", ({ onTestFinished: own }) => {
  own(() => void log.push("finished: own"));
  onTestFinished(() => void log.push("finished"));
  onTestFailed(() => void log.push("failed"));
});
it("has called back, the last first", () => expect(log).toEqual(["finished", "finished: own"]));
it("calls back when it fails", ({ onTestFailed: own }) => {
  own(({ task }) => void log.push(`failed: ${task.name}`));
  throw new Error("as it should");
});
it("has called back for the failure", () => expect(log.at(-1)).toBe("failed: calls back when it fails"));
it("fails after it has passed", ({ onTestFinished: own }) => {
  own(() => {
    throw new Error("in onTestFinished");
  });
});
it("has a signal", ({ signal }) => {
  expect(signal).toBeInstanceOf(AbortSignal);
  expect(signal.aborted).toBe(false);
});
it("annotates", async ({ annotate }) => {
  await annotate("a note");
  await annotate("a note of a kind", "notice");
});
it("is ended by its timeout", { timeout: 50 }, async ({ signal }) => {
  await new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
});
describe("what a hook sees", () => {
  afterEach(({ task }) => {
    log.push(`${task.name}: ${task.result?.state}`);
  });
  it("passes", () => {});
  it("fails", () => expect(1).toBe(2));
});
it("says how tests went", () => expect(log.slice(-2)).toEqual(["passes: run", "fails: fail"]));
