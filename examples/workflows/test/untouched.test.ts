import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";

// Runs beside `engine.test.ts`, which creates an instance of this id.
describe("Workflows", () => {
  it("are each test file's own", async () => {
    await expect(env.VISAS.get("ada")).rejects.toThrow("instance.not_found");
    await env.VISAS.create({ id: "ada", params: { name: "Ada" } });
  });
});
