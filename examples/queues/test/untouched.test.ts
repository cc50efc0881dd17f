import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";

// Runs beside `delivery.test.ts`, whose messages go to the same queues.
describe("Queues", () => {
  it("delivers only a test file's own messages to it", async () => {
    await env.PRINTS.send({ document: "mine", copies: 1 });
    await vi.waitFor(async () => expect(await env.SHELF.get("prints/mine")).not.toBeNull(), { timeout: 10_000 });
    expect((await env.SHELF.list()).keys.map(({ name }) => name)).toEqual(["prints/mine"]);
  });
});
