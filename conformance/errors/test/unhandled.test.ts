import { it } from "vitest";

it("leaves a rejection", async () => {
  void Promise.reject(new Error("nobody catches this"));
  await new Promise((resolve) => setTimeout(resolve, 10));
});
it("throws in a timer", async () => {
  setTimeout(() => {
    throw new Error("in a timer");
  }, 0);
  await new Promise((resolve) => setTimeout(resolve, 10));
});
it("rejects with no error", async () => {
  void Promise.reject("a string");
  await new Promise((resolve) => setTimeout(resolve, 10));
});
