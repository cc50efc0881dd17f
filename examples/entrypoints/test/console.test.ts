import { env, exports } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";

describe("console.log", () => {
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  afterEach(() => void log.mockClear());

  it("can be spied on in handlers, however short", async () => {
    await exports.default.fetch("https://shop.test/visits/eve");
    await vi.waitFor(() => expect(log).toHaveBeenCalledWith("eve was here"));
  });

  it("of other Workers is their own", async () => {
    expect(await (await exports.default.fetch("https://shop.test/prices/apple")).json()).toBe(6);
    expect(log).not.toHaveBeenCalled();
  });

  it("can be detached", async () => {
    const debug = console["debug"];
    expect(() => debug("detached")).not.toThrow();
    expect(await env.LOG.get("eve")).toBe("visited");
  });
});
