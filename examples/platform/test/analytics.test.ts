import { env, exports } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";

afterEach(() => void vi.restoreAllMocks());

const visit = (path: string) => exports.default.fetch(`https://shop.example${path}`, { headers: { "cf-connecting-ip": path } });

describe("Analytics Engine", () => {
  it("takes data points", () => {
    expect(env.ANALYTICS.writeDataPoint({ indexes: ["a"], blobs: ["b"], doubles: [1] })).toBeUndefined();
  });

  it("lets a spy see what the Worker wrote", async () => {
    const write = vi.spyOn(env.ANALYTICS, "writeDataPoint");
    await visit("/socks");
    expect(write).toHaveBeenCalledExactlyOnceWith({ indexes: ["/socks"], blobs: ["/socks"], doubles: [1] });
  });
});

describe("Pipelines", () => {
  it("take records", async () => {
    await expect(env.CLICKS.send([{ pathname: "/" }])).resolves.toBeUndefined();
  });

  it("let a spy see what the Worker sent", async () => {
    const send = vi.spyOn(env.CLICKS, "send");
    await visit("/shoes");
    expect(send).toHaveBeenCalledExactlyOnceWith([{ visitor: "/shoes", pathname: "/shoes" }]);
  });
});
