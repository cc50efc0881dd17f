import { abortAllDurableObjects, evictAllDurableObjects, evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { Counter } from "../src";
import { join } from "./join";

/** Whether the object is another instance than the one that was marked. */
const isNew = (stub: DurableObjectStub) =>
  runInDurableObject(stub, (instance) => {
    const wasNew = !("marked" in instance);
    Object.assign(instance, { marked: true });
    return wasNew;
  });

describe("evictDurableObject", () => {
  it("drops what an object has in memory, and keeps what it stores", async () => {
    const stub = env.COUNTERS.getByName("evicted");
    await stub.increment(2);
    await runInDurableObject(stub, (counter) => counter.alarm());
    await stub.increment(3);
    expect(await isNew(stub)).toBe(true);

    await evictDurableObject(stub);
    expect(await stub.count()).toBe(2);
    expect(await isNew(stub)).toBe(true);
  });

  it("touches no other object", async () => {
    const [one, other] = [env.COUNTERS.getByName("one"), env.COUNTERS.getByName("other")];
    await one.increment();
    await other.increment();
    await evictDurableObject(one);
    expect(await other.count()).toBe(1);
    expect(await one.count()).toBe(0);
  });

  it("lets WebSockets hibernate", async () => {
    const room = env.ROOMS.getByName("sleepy");
    const ada = await join("sleepy", "ada");
    expect(await isNew(room)).toBe(true);

    await evictDurableObject(room);
    ada.socket.send("good morning");
    await vi.waitFor(() => expect(ada.heard).toEqual([{ from: "ada", text: "good morning" }]));
    expect(await isNew(room)).toBe(true);
    expect(await room.members()).toEqual(["ada"]);
    ada.socket.close();
  });

  it("closes WebSockets if asked to", async () => {
    const room = env.ROOMS.getByName("closing");
    const ada = await join("closing", "ada");
    const closed = new Promise((resolve) => ada.socket.addEventListener("close", resolve));

    await evictDurableObject(room, { webSockets: "close" });
    await closed;
    expect(await room.members()).toEqual([]);
  });

  it("waits for a request that is under way", async () => {
    const stub = env.COUNTERS.getByName("busy");
    let isUnderWay = false;
    const work = runInDurableObject(stub, async (counter: Counter) => {
      isUnderWay = true;
      await scheduler.wait(20);
      await counter.increment(7);
      return counter.alarm();
    });
    await vi.waitFor(() => expect(isUnderWay).toBe(true));
    await evictDurableObject(stub);
    await work;
    expect(await stub.count()).toBe(7);
  });

  it("rejects for an object that does not run, and for what is no stub", async () => {
    const stub = env.COUNTERS.getByName("never used");
    await expect(evictDurableObject(stub)).rejects.toThrow("it is not currently running");
    await expect(evictDurableObject({} as DurableObjectStub)).rejects.toThrow("parameter 1 is not of type 'DurableObjectStub'");
  });
});

describe("evictAllDurableObjects", () => {
  it("evicts the objects of all classes", async () => {
    const stubs = [env.COUNTERS.getByName("all"), env.ROOMS.getByName("all")];
    const ada = await join("all", "ada");
    await Promise.all(stubs.map(isNew));
    expect(await Promise.all(stubs.map(isNew))).toEqual([false, false]);

    await evictAllDurableObjects();
    expect(await Promise.all(stubs.map(isNew))).toEqual([true, true]);
    ada.socket.close();
  });

  it("closes WebSockets if asked to", async () => {
    const ada = await join("all closing", "ada");
    const closed = new Promise((resolve) => ada.socket.addEventListener("close", resolve));
    await evictAllDurableObjects({ webSockets: "close" });
    await closed;
  });
});

describe("abortAllDurableObjects", () => {
  it("ends objects at once, and keeps what they store", async () => {
    const stub = env.COUNTERS.getByName("aborted");
    await stub.increment(2);
    await runInDurableObject(stub, (counter) => counter.alarm());
    await stub.increment(3);

    await abortAllDurableObjects();
    expect(await env.COUNTERS.getByName("aborted").count()).toBe(2);
  });

  it("fails a request that is under way", async () => {
    let started = () => {};
    const start = new Promise<void>((resolve) => (started = resolve));
    const work = runInDurableObject(env.COUNTERS.getByName("endless"), async () => {
      started();
      await new Promise(() => {});
    });
    await start;
    await Promise.all([expect(work).rejects.toThrow("Application called abortAllDurableObjects()."), abortAllDurableObjects()]);
  });
});
