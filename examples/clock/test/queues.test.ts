import { env, exports } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { mail } from "../src/reminders";

const NOON = new Date("2030-01-01T12:00:00Z");
const SECOND = 1000;
const HOUR = 3600 * SECOND;

/** When mail was sent. */
const times: string[] = [];

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
  times.length = 0;
  vi.spyOn(mail, "send").mockImplementation(async () => {
    times.push(new Date().toISOString().slice(11, 19));
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("Fake timers reach the simulators", () => {
  it("queues: a batch is released when its timeout has passed", async () => {
    await env.REMINDERS.send({ name: "ada", about: "tea" });
    await vi.advanceTimersByTimeAsync(29 * SECOND);
    expect(mail.send).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(SECOND);
    expect(mail.send).toHaveBeenCalledExactlyOnceWith({ name: "ada", about: "tea" });
  });

  it("queues: delaySeconds holds a message back, and the consumer runs at its time", async () => {
    await exports.default.fetch("https://shop.test/cart?name=ada");
    await vi.advanceTimersByTimeAsync(HOUR);
    expect(times).toEqual([]);
    await vi.advanceTimersByTimeAsync(HOUR);
    expect(times).toEqual(["13:00:30"]);
  });

  it("queues: retries wait for their delays", async () => {
    vi.mocked(mail.send).mockImplementation(async () => {
      times.push(new Date().toISOString().slice(11, 19));
      throw new Error("no mail today");
    });
    await env.REMINDERS.send({ name: "ada", about: "tea" });
    await vi.advanceTimersByTimeAsync(HOUR);
    // Each delay, and then the timeout of a batch.
    expect(times).toEqual(["12:00:30", "12:02:00", "12:04:30", "12:09:00"]);
  });

  it("queues: the synchronous forms release batches too, and vi.waitFor sees them", async () => {
    await env.REMINDERS.send({ name: "ada", about: "tea" });
    vi.advanceTimersByTime(30 * SECOND);
    await vi.waitFor(() => expect(mail.send).toHaveBeenCalledOnce());
  });

  it("queues: the next timer may be a batch's", async () => {
    await env.REMINDERS.send({ name: "ada", about: "tea" });
    const later = vi.fn();
    setTimeout(later, HOUR);
    await vi.advanceTimersToNextTimerAsync();
    expect(times).toEqual(["12:00:30"]);
    expect(later).not.toHaveBeenCalled();
    await vi.advanceTimersToNextTimerAsync();
    expect(later).toHaveBeenCalledOnce();
  });

  it("queues: all timers are also those of batches and delays", async () => {
    await env.REMINDERS.send({ name: "ada", about: "tea" }, { delaySeconds: 600 });
    await env.REMINDERS.send({ name: "bob", about: "milk" });
    await vi.runAllTimersAsync();
    expect(times).toEqual(["12:00:30", "12:10:30"]);
  });
});
