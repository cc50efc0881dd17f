import { describe, expect, it as base } from "vitest";

const log: string[] = [];
const it = base.extend<{ list: number[]; first: number; noted: string }>({
  list: async ({}, use) => {
    log.push("list opens");
    await use([1, 2]);
    log.push("list closes");
  },
  first: async ({ list }, use) => use(list[0]),
  noted: [
    async ({ task }, use) => {
      log.push(`notes ${task.name}`);
      await use(task.name);
    },
    { auto: true },
  ],
});

it("has fixtures", ({ list, first }) => {
  expect(list).toEqual([1, 2]);
  expect(first).toBe(1);
});
it("does without those it does not name", () => {
  expect(log).toEqual(["notes has fixtures", "list opens", "list closes", "notes does without those it does not name"]);
});
const more = it.extend<{ last: number }>({ last: ({ list }, use) => use(list.at(-1)!) });
more("extends what is extended", ({ first, last }) => expect([first, last]).toEqual([1, 2]));
const broken = base.extend<{ bad: string }>({
  bad: async () => {
    throw new Error("a fixture that fails");
  },
});
broken("fails by its fixture", ({ bad }) => expect(bad).toBe("never"));
const perFile = base.extend<{ counter: { value: number } }>({
  counter: [
    async ({}, use) => {
      log.push("counter opens");
      await use({ value: 0 });
    },
    { scope: "file" },
  ],
});
describe("a fixture of the file", () => {
  perFile("is made", ({ counter }) => expect(++counter.value).toBe(1));
  perFile("is kept", ({ counter }) => expect(++counter.value).toBe(2));
});
const perWorker = base.extend<{ token: string }>({ token: [async ({}, use) => use("t"), { scope: "worker" }] });
perWorker("has a fixture of the worker", ({ token }) => expect(token).toBe("t"));
it.each([1, 2])("has its values %i", (value) => expect(value).toBeGreaterThan(0));
it.for([1, 2])("has fixtures too %i", (value, { first }) => expect(first).toBeLessThanOrEqual(value));
