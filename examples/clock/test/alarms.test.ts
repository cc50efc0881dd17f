import { evictDurableObject, reset, runAllAlarms, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { crier } from "../src/auction";

const NOON = Date.UTC(2030, 0, 1, 12);
const MINUTE = 60_000;

/** What was called, and when. */
const calls: string[] = [];
const time = () => new Date().toISOString().slice(11, 19);

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
  calls.length = 0;
  vi.spyOn(crier, "call").mockImplementation(async (words) => {
    calls.push(`${time()} ${words}`);
  });
});
afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  await reset();
});

describe("Alarms follow faked time", () => {
  it("an alarm goes off when the time comes, and not before", async () => {
    const vase = env.AUCTIONS.getByName("vase");
    await vase.bid("ada", 10);
    expect(await vase.nextCall()).toBe(NOON + 7 * MINUTE);
    await vi.advanceTimersByTimeAsync(7 * MINUTE - 1);
    expect(calls).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(calls).toEqual(["12:07:00 10 by ada: going once"]);
  });

  it("alarms that set themselves again go off at each of their times", async () => {
    const vase = env.AUCTIONS.getByName("vase");
    await vase.bid("ada", 10);
    await vi.advanceTimersByTimeAsync(8 * MINUTE);
    await vase.bid("bob", 11);
    await vi.advanceTimersByTimeAsync(60 * MINUTE);
    expect(calls).toEqual([
      "12:07:00 10 by ada: going once",
      "12:08:00 10 by ada: going twice",
      "12:15:00 11 by bob: going once",
      "12:16:00 11 by bob: going twice",
      "12:17:00 11 by bob: last call",
      "12:18:00 11 by bob: sold",
    ]);
    expect(await vase.winner()).toBe("bob");
    expect(await vase.nextCall()).toBeNull();
  });

  it("several objects and timers take turns", async () => {
    await env.AUCTIONS.getByName("vase").bid("ada", 10);
    await vi.advanceTimersByTimeAsync(MINUTE / 2);
    await env.AUCTIONS.getByName("clock").bid("eve", 20);
    setTimeout(() => calls.push(`${time()} tea`), 7 * MINUTE - 10_000);
    await vi.advanceTimersByTimeAsync(7 * MINUTE);
    expect(calls).toEqual(["12:07:00 10 by ada: going once", "12:07:20 tea", "12:07:30 20 by eve: going once"]);
  });

  it("the synchronous forms let alarms go off too, and vi.waitFor sees them", async () => {
    await env.AUCTIONS.getByName("vase").bid("ada", 10);
    vi.advanceTimersByTime(7 * MINUTE);
    await vi.waitFor(() => expect(calls).toHaveLength(1));
  });

  it("an object that was evicted has its alarm still", async () => {
    const vase = env.AUCTIONS.getByName("vase");
    await vase.bid("ada", 10);
    await evictDurableObject(vase);
    expect(await vase.nextCall()).toBe(NOON + 7 * MINUTE);
    await evictDurableObject(vase);
    await vi.advanceTimersByTimeAsync(7 * MINUTE);
    expect(calls).toHaveLength(1);
  });

  it("an alarm for now, set inside alarm(), goes off at once", async () => {
    await runInDurableObject(env.AUCTIONS.getByName("vase"), async (auction, { storage }) => {
      vi.spyOn(auction, "alarm").mockImplementation(async () => {
        calls.push(time());
        if (calls.length < 3) await storage.setAlarm(Date.now());
      });
      await storage.setAlarm(NOON + MINUTE);
    });
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect(calls).toEqual(["12:01:00", "12:01:00", "12:01:00"]);
  });

  it("an alarm that fails is tried again, each time later", async () => {
    const error = vi.spyOn(console, "error").mockReturnValue();
    vi.mocked(crier.call).mockImplementation(async () => {
      calls.push(time());
      if (calls.length < 4) throw new Error("hoarse");
    });
    await env.AUCTIONS.getByName("vase").bid("ada", 10);
    await vi.advanceTimersByTimeAsync(7.9 * MINUTE);
    expect(calls).toEqual(["12:07:00", "12:07:02", "12:07:06", "12:07:14"]);
    expect(error).toHaveBeenCalledTimes(3);
  });

  it("vi.setSystemTime makes alarms due", async () => {
    await env.AUCTIONS.getByName("vase").bid("ada", 10);
    vi.setSystemTime(NOON + 8 * MINUTE);
    await vi.waitFor(() => expect(calls).toHaveLength(1));
  });

  it("without Date in toFake, alarms are in real time", async () => {
    vi.useRealTimers();
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    await env.AUCTIONS.getByName("vase").bid("ada", 10);
    await vi.advanceTimersByTimeAsync(60 * MINUTE);
    expect(calls).toEqual([]);
  });
});

describe("runAllAlarms", () => {
  it("runs the alarms of all objects in the order of their times, and faked time passes", async () => {
    await env.AUCTIONS.getByName("vase").bid("ada", 10);
    await vi.advanceTimersByTimeAsync(MINUTE / 2);
    const chair = env.AUCTIONS.getByName("chair");
    await chair.bid("eve", 20);
    const runs = await runAllAlarms();
    expect(runs.map(({ id, scheduledTime }) => `${id.name} ${(scheduledTime - NOON) / MINUTE}`)).toEqual(
      ["vase 7", "chair 7.5", "vase 8", "chair 8.5", "vase 9", "chair 9.5", "vase 10", "chair 10.5"],
    );
    expect(calls.at(-1)).toBe("12:10:30 20 by eve: sold");
    expect(time()).toBe("12:10:30");
    expect(runs[1]).toEqual({ className: "Auction", id: chair.id, scheduledTime: NOON + 7.5 * MINUTE });
    expect(await runAllAlarms()).toEqual([]);
  });

  it("`until` leaves later alarms alone", async () => {
    await env.AUCTIONS.getByName("vase").bid("ada", 10);
    expect(await runAllAlarms({ until: NOON + 8.5 * MINUTE })).toHaveLength(2);
    expect(time()).toBe("12:08:30");
    expect(await runAllAlarms({ until: new Date(NOON + 9 * MINUTE) })).toHaveLength(1);
  });

  it("in real time, runs what would be due later, of idle objects too", async () => {
    vi.useRealTimers();
    const vase = env.AUCTIONS.getByName("vase");
    await vase.bid("ada", 10);
    await evictDurableObject(vase);
    expect(await runAllAlarms()).toHaveLength(4);
    expect(await vase.winner()).toBe("ada");
  });

  it("ends with the error of an alarm", async () => {
    vi.mocked(crier.call).mockRejectedValue(new Error("hoarse"));
    await env.AUCTIONS.getByName("vase").bid("ada", 10);
    await expect(runAllAlarms()).rejects.toThrow("hoarse");
  });

  it("refused: an `until` that is no time", async () => {
    await expect(runAllAlarms({ until: new Date("noon") })).rejects.toThrow("`until` is no time");
  });

  it("refused: alarms that set themselves again for ever, unless `until` says when to stop", async () => {
    await runInDurableObject(env.AUCTIONS.getByName("vase"), async (auction, { storage }) => {
      vi.spyOn(auction, "alarm").mockImplementation(() => storage.setAlarm(Date.now() + 60 * MINUTE));
      await storage.setAlarm(NOON);
    });
    expect(await runAllAlarms({ until: NOON + 24 * 60 * MINUTE })).toHaveLength(24);
    await expect(runAllAlarms()).rejects.toThrow("no end is in sight");
  });
});

describe("runDurableObjectAlarm", () => {
  it("runs an alarm before its time, and says whether there was one", async () => {
    vi.useRealTimers();
    const vase = env.AUCTIONS.getByName("vase");
    expect(await runDurableObjectAlarm(vase)).toBe(false);
    await vase.bid("ada", 10);
    for (let call = 0; call < 4; call++) expect(await runDurableObjectAlarm(vase)).toBe(true);
    expect(await runDurableObjectAlarm(vase)).toBe(false);
    expect(await vase.winner()).toBe("ada");
  });

  it("hands on what the alarm throws", async () => {
    vi.useRealTimers();
    vi.mocked(crier.call).mockRejectedValue(new Error("hoarse"));
    const vase = env.AUCTIONS.getByName("vase");
    await vase.bid("ada", 10);
    await expect(runDurableObjectAlarm(vase)).rejects.toThrow("hoarse");
  });

  it("tells the alarm when it was due, and that it is no retry", async () => {
    vi.useRealTimers();
    const due = Date.now() + 60 * MINUTE;
    const vase = env.AUCTIONS.getByName("vase");
    await runInDurableObject(vase, async (auction, { storage }) => {
      vi.spyOn(auction, "alarm").mockResolvedValue();
      await storage.setAlarm(due);
    });
    await runDurableObjectAlarm(vase);
    const [info] = await runInDurableObject(vase, (auction) => vi.mocked(auction.alarm).mock.calls[0] as unknown[]);
    expect(info).toEqual({ retryCount: 0, isRetry: false, scheduledTime: due });
  });
});
