import { it } from "vitest";

it("leaves a known error", async () => {
  void Promise.reject(new Error("this one is known"));
  await new Promise((resolve) => setTimeout(resolve, 10));
});
