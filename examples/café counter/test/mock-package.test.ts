import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import ms from "ms";
import { describe, expect, it, vi } from "vitest";
import type { Tab } from "../src";

vi.mock("ms", () => ({ default: vi.fn(() => 5 * 60_000) }));

describe("vi.mock", () => {
  it("replaces an npm package for the Worker's own code", async () => {
    const tab = env.TABS.get(env.TABS.idFromName("ada"));
    const before = Date.now();
    await tab.add("espresso");
    const alarm = await runInDurableObject(tab, (_: Tab, state) => state.storage.getAlarm());
    expect(alarm).toBeGreaterThanOrEqual(before + 5 * 60_000);
    expect(alarm).toBeLessThan(before + 30 * 60_000);
    expect(ms).toHaveBeenCalledWith("30m");
  });

  it("still has the real package at hand", async () => {
    const { default: real } = await vi.importActual<{ default: typeof ms }>("ms");
    expect(real("30m")).toBe(1_800_000);
  });
});
