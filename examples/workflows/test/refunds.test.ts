import { introspectWorkflow } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";

describe("Workflows on ctx.exports", () => {
  it("run without a binding", async () => {
    const instance = await exports.Refund.create({ id: "one", params: { amount: 10 } });
    await vi.waitFor(async () => expect((await instance.status()).status).toBe("complete"), { timeout: 10_000 });
    expect((await instance.status()).output).toBe("refunds");
    expect(await env.LEDGER.get("refunds/one")).toBe("10");
  });

  it("are there for the Worker", async () => {
    await env.BOOKINGS.create({ id: "cancelled", params: { city: "Paris", guests: 1 } });
    await exports.default.fetch("https://travel.example/cancelled", { method: "DELETE" });
    await vi.waitFor(async () => expect(await env.LEDGER.get("refunds/cancelled")).toBe("90"), { timeout: 10_000 });
    expect((await (await env.BOOKINGS.get("cancelled")).status()).status).toBe("terminated");
  });

  it("refused: to introspect them, which takes a binding", async () => {
    await expect(introspectWorkflow(exports.Refund)).rejects.toThrow(
      "`introspectWorkflow()` needs a Workflow binding from `env`, and can't introspect Workflows on `ctx.exports`.",
    );
  });
});
