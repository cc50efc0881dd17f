import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

const log: string[] = [];
beforeAll(() => {
  log.push("beforeAll 1");
  return () => void log.push("end of beforeAll 1");
});
beforeAll(() => void log.push("beforeAll 2"));
beforeEach(() => {
  log.push("beforeEach 1");
  return () => void log.push("end of beforeEach 1");
});
beforeEach(() => void log.push("beforeEach 2"));
afterEach(() => void log.push("afterEach 1"));
afterEach(() => void log.push("afterEach 2"));
afterAll(() => void log.push("afterAll"));

it("comes first", () => expect(log).toEqual(["beforeAll 1", "beforeAll 2", "beforeEach 1", "beforeEach 2"]));
it("comes second", () => expect(log.slice(4)).toEqual(["afterEach 2", "afterEach 1", "end of beforeEach 1", "beforeEach 1", "beforeEach 2"]));
describe("below", () => {
  beforeAll(() => void log.push("beforeAll below"));
  beforeEach(() => void log.push("beforeEach below"));
  afterEach(() => void log.push("afterEach below"));
  it("has all of them", () => expect(log.slice(-4)).toEqual(["beforeAll below", "beforeEach 1", "beforeEach 2", "beforeEach below"]));
});
describe("a failing beforeAll", () => {
  beforeAll(() => {
    throw new Error("in beforeAll");
  });
  it("does not run", () => {});
  it.todo("is to do");
});
describe("a failing beforeEach", () => {
  beforeEach(() => {
    throw new Error("in beforeEach");
  });
  it("does not run", () => {});
});
describe("a failing afterEach", () => {
  afterEach(() => {
    throw new Error("in afterEach");
  });
  it("runs", () => {});
  it("fails twice", () => expect(1).toBe(2));
});
describe("a failing afterAll", () => {
  afterAll(() => {
    throw new Error("in afterAll");
  });
  it("runs", () => {});
});
describe("a slow hook", () => {
  beforeAll(() => new Promise((resolve) => setTimeout(resolve, 5000)), 30);
  it("does not run", () => {});
});
