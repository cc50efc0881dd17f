import { listDurableObjectIds, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { Tab } from "../src";

describe("Durable Objects", () => {
  it("starts with no object at all", async () => {
    expect(await listDurableObjectIds(env.TABS)).toEqual([]);
  });

  it("adds drinks by RPC, for each guest apart", async () => {
    const ada = env.TABS.get(env.TABS.idFromName("ada"));
    const grace = env.TABS.get(env.TABS.idFromName("grace"));
    expect(await ada.add("espresso")).toBe(250);
    expect(await ada.add("cortado")).toBe(570);
    expect(await grace.owed()).toBe(0);
  });

  it("lets a test look into the object and its storage", async () => {
    const ada = env.TABS.get(env.TABS.idFromName("ada"));
    const owed = await runInDurableObject(ada, async (instance: Tab, state) => {
      expect(instance).toBeInstanceOf(Tab);
      expect(state.id.equals(ada.id)).toBe(true);
      expect(await state.storage.get("owed")).toBe(570);
      await state.storage.put("owed", 100);
      return instance.owed();
    });
    expect(owed).toBe(100);
    expect(await ada.owed()).toBe(100);
  });

  it("lists the objects made so far", async () => {
    const ids = await listDurableObjectIds(env.TABS);
    expect(ids.length).toBe(2);
    expect(ids.some((id) => id.equals(env.TABS.idFromName("ada")))).toBe(true);
    expect(await listDurableObjectIds(env.LEDGERS)).toEqual([]);
  });

  it("closes the tab by an alarm, which runs once", async () => {
    const ada = env.TABS.get(env.TABS.idFromName("ada"));
    expect(await runDurableObjectAlarm(ada)).toBe(true);
    expect(await runDurableObjectAlarm(ada)).toBe(false);
    const response = await ada.fetch("https://cafe.test/");
    expect(await response.json()).toEqual({ owed: 0, closed: 100 });
  });

  it("passes an error through RPC with its message", async () => {
    const guest = env.TABS.get(env.TABS.newUniqueId());
    await expect(async () => {
      await guest.add("petrol");
    }).rejects.toThrow("We do not serve petrol.");
  });
});
