import { env, exports } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";

describe("Streaming tail Workers", () => {
  it("get the events of an auxiliary Worker in order", async () => {
    await env.CARRIER.route(500);
    await vi.waitFor(async () => expect(await exports.Journal.lines()).toContain("ok"), 10_000);
    expect(await exports.Journal.lines()).toEqual(["onset", "log: a parcel to NL", "ok"]);
  });
});
