import { expect, it } from "vitest";
import { first, readSecond } from "../src/circular-first";
import { second } from "../src/circular-second";
import * as live from "../src/live";

it("resolves circles", () => expect([first, second, readSecond()]).toEqual(["first", "second of undefined", "second of undefined"]));
it("has live bindings", () => {
  expect(live.count).toBe(0);
  live.increment();
  expect(live.count).toBe(1);
  expect(Object.prototype.toString.call(live)).toBe("[object Module]");
});
it("has one instance of a module", async () => {
  expect(await import("../src/live")).toBe(live);
  expect((await import("../src/live?other")).count).toBe(0);
});
it("awaits at the top level", async () => {
  expect((await import("../src/top-level-await")).value).toBe("awaited");
});
