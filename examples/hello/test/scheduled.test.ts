import {
  createExecutionContext,
  createScheduledController,
  SELF,
  waitOnExecutionContext,
} from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import worker from "../src";

describe("createScheduledController", () => {
  it("records the cron run that started it", async () => {
    const controller = createScheduledController({
      scheduledTime: new Date("2026-01-02T03:45:00Z"),
      cron: "*/15 * * * *",
    });
    const ctx = createExecutionContext();
    await worker.scheduled(controller, env, ctx);
    await waitOnExecutionContext(ctx);

    // The running Worker and this import share one module graph.
    const response = await SELF.fetch("https://hello.test/heartbeat");
    expect(await response.json()).toEqual({ cron: "*/15 * * * *", at: "2026-01-02T03:45:00.000Z" });
  });
});
