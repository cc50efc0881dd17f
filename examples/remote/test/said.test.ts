import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";

describe("What only Cloudflare has", () => {
  it("differs: errors say what product it is, and how to mock it", async () => {
    const said = (binding: string, product: string) =>
      `Binding ${binding} needs to be run remotely: it is ${product}, which only Cloudflare has. Mock it in the test, for example with vi.spyOn(env.${binding}, ...).`;
    await expect(env.AI.models()).rejects.toThrow(said("AI", "Workers AI"));
    await expect(env.NOTES.describe()).rejects.toThrow(said("NOTES", "a Vectorize index"));
    await expect(env.BROWSER.fetch("http://browser/")).rejects.toThrow(said("BROWSER", "Browser Rendering"));
    await expect(env.BANK.fetch("http://bank/")).rejects.toThrow(said("BANK", "an mTLS certificate"));
    expect(() => env.TENANTS.get("ada")).toThrow(said("TENANTS", "a dispatch namespace"));
  });

  it("can be printed, compared and copied like other bindings", () => {
    for (const name of ["AI", "NOTES", "MANUAL", "MEMORY", "BROWSER", "BANK", "TENANTS"] as const) {
      const binding = { ...env }[name];
      expect(binding).toEqual(binding);
      expect(String(binding)).toMatch(/^\[object \w+\]$/);
    }
  });
});
