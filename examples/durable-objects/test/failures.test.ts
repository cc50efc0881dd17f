import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";

describe("Handled rejections do not fail a run", () => {
  const torn = "This page is torn.";

  it("of an RPC call", async () => {
    await expect(env.JOURNALS.getByName("rpc").fail()).rejects.toThrow(torn);
    await expect(() => env.JOURNALS.getByName("rpc").fail()).rejects.toThrow(TypeError);
  });

  it("caught with try", async () => {
    try {
      await env.JOURNALS.getByName("try").fail();
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ name: "TypeError", message: torn });
    }
  });

  it("caught later", async () => {
    const call = env.JOURNALS.getByName("later").fail();
    await env.JOURNALS.getByName("later").entries();
    await expect(call).rejects.toThrow(torn);
  });

  it("of several calls at once", async () => {
    const journal = env.JOURNALS.getByName("several");
    const results = await Promise.allSettled([journal.fail(), journal.write("between"), journal.fail()]);
    expect(results.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "rejected"]);
  });

  it("of a request to an object", async () => {
    await expect(exports.default.fetch("https://chat.test/journals/torn?fail")).rejects.toThrow(torn);
  });

  it("of an object that cannot be constructed", async () => {
    await expect(env.VAULTS.getByName("forbidden").get("code")).rejects.toThrow("This vault may not be opened.");
    await expect(env.VAULTS.getByName("stuck").get("code")).rejects.toThrow("The door is stuck.");
  });

  it("of an alarm that is run", async () => {
    const reminder = env.REMINDERS.getByName("run");
    await runInDurableObject(reminder, async (_, { storage }) => {
      await storage.put("failures", 1);
      await storage.setAlarm(Date.now() + 60_000);
    });
    await expect(runDurableObjectAlarm(reminder)).rejects.toThrow("The bell is broken.");
  });
});

describe("Alarms", () => {
  it("are tried again when they fail", { timeout: 60_000 }, async () => {
    const reminder = env.REMINDERS.getByName("retry");
    await reminder.remind(1);
    await vi.waitFor(async () => expect(await reminder.calls()).toHaveLength(2), { timeout: 50_000, interval: 100 });
    expect(await reminder.calls()).toEqual([
      { retryCount: 0, isRetry: false },
      { retryCount: 1, isRetry: true },
    ]);
  });

  it("can be run early", async () => {
    const counter = env.COUNTERS.getByName("early");
    await counter.increment(5);
    expect(await runDurableObjectAlarm(counter)).toBe(true);
    expect(await runInDurableObject(counter, (_, { storage }) => storage.get("count"))).toBe(5);
    expect(await runDurableObjectAlarm(counter)).toBe(false);
  });
});
