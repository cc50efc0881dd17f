import { env } from "cloudflare:test";
import { describe, expect, it } from "vitest";

describe("wrangler.toml", () => {
  it("has the variables of the chosen environment", () => {
    expect(env.STAGE).toBe("staging");
    expect(env.MAX_NOTICES).toBe(2);
    expect(env.COLOURS).toEqual({ info: "blue", alarm: "red" });
  });

  it("has the secrets of .dev.vars", () => {
    expect(env.API_TOKEN).toBe("not-a-real-token");
    expect(env.STAGE_BANNER).toBe('only # for "local" work');
  });

  it("has the namespaces of the chosen environment, each its own", async () => {
    await env.NOTICES.put("shared name", "notice");
    expect(await env.DRAFTS?.get("shared name")).toBeNull();
  });
});
