import { env, exports } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";

describe("Service bindings", () => {
  it("reach the Worker itself", async () => {
    expect(await (await env.COUNTER.fetch("https://post.test/hours")).text()).toBe("9 to 5");
  });

  it("reach a named entrypoint, each with its props", async () => {
    expect(await env.SCALES.weigh(567)).toBe("567 g");
    expect(await env.OUNCE_SCALES.weigh(567)).toBe("20.0 oz");
  });

  it("carry calls of other bindings on the way", async () => {
    const response = await exports.default.fetch("https://post.test/20");
    expect(await response.json()).toEqual({ weight: "20 g", route: "letter to NL" });
  });

  it("can be spied on", async () => {
    const weigh = vi.spyOn(env.SCALES, "weigh").mockResolvedValue("too much");
    const response = await exports.default.fetch("https://post.test/20");
    expect(await response.json()).toMatchObject({ weight: "too much" });
    weigh.mockRestore();
    expect(await env.SCALES.weigh(1)).toBe("1 g");
  });
});

describe("Auxiliary Workers", () => {
  it("can be a script in the config", async () => {
    expect(await (await env.STAMPS.fetch("https://stamps.test/")).text()).toBe("1");
    expect(await (await env.STAMPS.fetch("https://stamps.test/")).text()).toBe("2");
  });

  it("can be a TypeScript file, with entrypoints and props", async () => {
    expect(await env.CARRIER.route(500)).toBe("parcel to NL");
  });

  it("call back the Worker under test", async () => {
    expect(await env.CARRIER.opensAt()).toBe("9");
  });
});

describe("outboundService", () => {
  it("answers what the Worker fetches when it is a Worker", async () => {
    const response = await exports.default.fetch("https://post.test/duty");
    expect(await response.text()).toBe("customs.example asks 0 % for books");
  });

  it("answers what a test fetches", async () => {
    const response = await fetch("https://elsewhere.example/?for=tea");
    expect(await response.text()).toBe("elsewhere.example asks 0 % for tea");
  });
});
