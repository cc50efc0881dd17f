import { env, exports } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";

afterEach(() => void vi.restoreAllMocks());

describe("mTLS certificates", () => {
  it("answer as a mock does, in the running Worker too", async () => {
    const fetch = vi.spyOn(env.BANK, "fetch").mockImplementation(async () => new Response("paid"));
    const response = await exports.default.fetch("https://assistant.example/pay", { method: "POST", body: "5" });
    expect(await response.text()).toBe("paid");
    expect(fetch).toHaveBeenCalledExactlyOnceWith("https://bank.example/payments", expect.objectContaining({ method: "POST" }));
  });

  it("refused: requests that no mock answers", async () => {
    await expect(env.BANK.fetch("https://bank.example/")).rejects.toThrow("Binding BANK needs to be run remotely");
  });
});

describe("Dispatch namespaces", () => {
  it("lead to the Workers that a mock gives", async () => {
    const get = vi.spyOn(env.TENANTS, "get").mockImplementation((name) => ({ fetch: async () => new Response(`I am ${name}.`) }) as never);
    expect(await (await exports.default.fetch("https://assistant.example/ada")).text()).toBe("I am ada.");
    expect(get).toHaveBeenCalledExactlyOnceWith("ada");
  });

  it("refused: Workers that no mock gives", async () => {
    await expect(async () => env.TENANTS.get("ada").fetch("https://ada.example/")).rejects.toThrow("Binding TENANTS needs to be run remotely");
  });
});

describe("Workers VPC", () => {
  it("answers as a mock does", async () => {
    vi.spyOn(env.LEDGER, "fetch").mockResolvedValue(new Response("balanced"));
    expect(await (await env.LEDGER.fetch("http://ledger/")).text()).toBe("balanced");
  });

  it("refused: requests that no mock answers", async () => {
    await expect(env.LEDGER.fetch("http://ledger/")).rejects.toThrow("Binding LEDGER needs to be run remotely");
    await expect(env.OFFICE.fetch("http://printer/")).rejects.toThrow("Binding OFFICE needs to be run remotely");
  });
});

describe("Browser Rendering", () => {
  it("answers as a mock does", async () => {
    vi.spyOn(env.BROWSER, "fetch").mockResolvedValue(new Response("{}"));
    expect((await env.BROWSER.fetch("http://browser/v1/acquire")).status).toBe(200);
  });

  it("refused: requests that no mock answers", async () => {
    await expect(env.BROWSER.fetch("http://browser/v1/acquire")).rejects.toThrow("Binding BROWSER needs to be run remotely");
  });
});
