import { env, exports } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";

/** Miniflare's way to the flags of an app, which are set at Cloudflare otherwise. */
const administer = () => (env.FLAGS as any)["FlagshipBinding::admin_api"]();

describe("Flagship", () => {
  beforeAll(async () => {
    using admin = await administer();
    await admin.createFlag({
      key: "sale",
      enabled: true,
      default_variation: "no",
      variations: { yes: true, no: false },
      rules: [{ priority: 1, conditions: [{ attribute: "country", operator: "equals", value: "NZ" }], serve_variation: "yes" }],
    });
  });

  it("gives the default for a flag that is not set", async () => {
    expect(await env.FLAGS.getStringValue("none", "fallback")).toBe("fallback");
    expect(await env.FLAGS.getBooleanDetails("none", true)).toMatchObject({ value: true, reason: "ERROR", errorCode: "FLAG_NOT_FOUND" });
  });

  it("evaluates the rules of a flag", async () => {
    expect(await env.FLAGS.getBooleanDetails("sale", false, { country: "NZ" })).toMatchObject({ value: true, reason: "TARGETING_MATCH" });
    expect(await env.FLAGS.getBooleanDetails("sale", true, { country: "DE" })).toMatchObject({ value: false, reason: "DEFAULT" });
  });

  it("gives the default for a flag of another type", async () => {
    expect(await env.FLAGS.getNumberDetails("sale", 7)).toMatchObject({ value: 7, errorCode: "TYPE_MISMATCH" });
  });

  it("switches the running Worker", async () => {
    const page = async (country: string) => (await exports.default.fetch("https://shop.example/", { headers: { "cf-ipcountry": country } })).text();
    expect(await page("NZ")).toBe("Everything must go!");
    expect(await page("DE")).toBe("Welcome.");
  });
});
