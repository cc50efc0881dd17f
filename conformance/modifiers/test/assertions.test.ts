import { expect, it } from "vitest";

it("has as many as it says", () => {
  expect.assertions(2);
  expect(1).toBe(1);
  expect(2).toBe(2);
});
it("has fewer than it says", () => {
  expect.assertions(2);
  expect(1).toBe(1);
});
it("has some", () => {
  expect.hasAssertions();
  expect(1).toBe(1);
});
it("has none", () => {
  expect.hasAssertions();
});
it("goes on after a soft failure", () => {
  expect.soft(1).toBe(2);
  expect.soft({ a: 1 }, "with a message").toEqual({ a: 2 });
  expect(3).toBe(3);
});
it("polls", async () => {
  let count = 0;
  await expect.poll(() => ++count, { interval: 5 }).toBe(3);
});
it("polls in vain", async () => {
  await expect.poll(() => 1, { interval: 5, timeout: 40 }).toBe(2);
});
it("is never reached", () => expect.unreachable("here"));
it("has a message", () => expect(1, "one is two").toBe(2));
it("rejects", async () => {
  await expect(Promise.reject(new Error("no"))).rejects.toThrow("no");
  await expect(Promise.resolve(1)).resolves.toBe(1);
});
it("does not reject", async () => {
  await expect(Promise.resolve(1)).rejects.toThrow("no");
});
it("does not resolve", async () => {
  await expect(Promise.reject(new Error("no"))).resolves.toBe(1);
});
