import { env } from "cloudflare:workers";
import { describe, expect, inject, it } from "vitest";

describe("globalSetup", () => {
  it("provides values to tests", () => {
    expect(inject("stationsPort")).toBeGreaterThan(0);
  });

  it("provides values to the pool's options", async () => {
    expect(env.STATIONS_URL).toBe(`http://127.0.0.1:${inject("stationsPort")}`);
    expect(await (await env.STATIONS.fetch("http://stations.example/oslo")).text()).toBe("oslo is dry");
  });
});
