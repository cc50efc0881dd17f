import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { mail } from "../src/reminders";

const SECOND = 1000;
const HOUR = 3600 * SECOND;

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("Fake timers reach the simulators", () => {
  it("vi.setSystemTime alone moves the simulators' date", async () => {
    await env.SESSIONS.put("token", "ada", { expirationTtl: 60 });
    vi.setSystemTime(Date.now() + HOUR);
    expect(await env.SESSIONS.get("token")).toBeNull();
  });

  it("without Date in toFake, keys expire by real time", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    await env.SESSIONS.put("token", "ada", { expirationTtl: 60 });
    vi.advanceTimersByTime(HOUR);
    expect(await env.SESSIONS.get("token")).toBe("ada");
  });

  it("vi.useRealTimers gives real time back", async () => {
    vi.useFakeTimers();
    vi.advanceTimersByTime(HOUR);
    await env.SESSIONS.put("later/from the future", "ada", { expirationTtl: 60 });
    vi.useRealTimers();
    await env.SESSIONS.put("later/token", "ada", { expirationTtl: 60 });
    const { keys } = await env.SESSIONS.list({ prefix: "later/" });
    const minutesLeft = keys.map(({ name, expiration = 0 }) => [name, Math.round((expiration - Date.now() / 1000) / 60)]);
    expect(minutesLeft).toEqual([
      ["later/from the future", 61],
      ["later/token", 1],
    ]);
  });

  it("queues: a batch that waits goes on waiting when real time is back", async () => {
    vi.useFakeTimers();
    vi.spyOn(mail, "send");
    await env.REMINDERS.send({ name: "bob", about: "milk" });
    vi.advanceTimersByTime(29.9 * SECOND);
    vi.useRealTimers();
    await vi.waitFor(() => expect(mail.send).toHaveBeenCalledWith({ name: "bob", about: "milk" }), 10 * SECOND);
  }, 20_000);

  it("queues: without setTimeout in toFake, batches wait in real time", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    vi.spyOn(mail, "send");
    await env.REMINDERS.send({ name: "ada", about: "tea" });
    await vi.advanceTimersByTimeAsync(HOUR);
    expect(mail.send).not.toHaveBeenCalled();
  });

  it("what a file fakes ends with it", async () => {
    // Left as it is: other files of this project, in the same process, begin in real time.
    vi.useFakeTimers({ now: 0 });
    await env.SESSIONS.put("token", "ada", { expiration: 3600 });
    expect(await env.SESSIONS.get("token")).toBe("ada");
  });
});
