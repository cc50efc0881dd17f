import { introspectWorkflowInstance } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import * as embassy from "../src/embassy";

/** Waits until an instance has a status, and gives all that it tells of itself. */
const when = (instance: WorkflowInstance, expected: InstanceStatus["status"]) =>
  vi.waitFor(
    async () => {
      const status = await instance.status();
      expect(status.status).toBe(expected);
      return status;
    },
    { timeout: 10_000 },
  );

const ask = vi.spyOn(embassy, "ask");
afterEach(() => ask.mockReset());

describe("Workflows", () => {
  it("run steps, and tell their status and output", async () => {
    const instance = await env.VISAS.create({ id: "ada", params: { name: "Ada" } });
    expect(instance.id).toBe("ada");
    expect(await when(instance, "complete")).toMatchObject({ output: "stamp for Ada (attempt 1)" });
    expect(await env.LEDGER.get("visas/ada")).toBe("stamp for Ada (attempt 1)");
  });

  it("make up ids", async () => {
    const { id } = await env.VISAS.create({ params: { name: "Bob" } });
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    const instance = await env.VISAS.get(id);
    expect(instance.id).toBe(id);
    await when(instance, "complete");
  });

  it("retry steps, with delays that grow", async () => {
    ask.mockRejectedValueOnce(new Error("closed")).mockRejectedValueOnce(new Error("lunch"));
    const before = Date.now();
    const instance = await env.VISAS.create({ params: { name: "Cy" } });
    expect(await when(instance, "complete")).toMatchObject({ output: "stamp for Cy (attempt 3)" });
    expect(Date.now() - before).toBeGreaterThanOrEqual(300);
  });

  it("fail when a step fails too often", async () => {
    ask.mockRejectedValue(new RangeError("closed for good"));
    const instance = await env.VISAS.create({ params: { name: "Dan" } });
    expect(await when(instance, "errored")).toMatchObject({ error: { name: "RangeError", message: "closed for good" } });
    expect(ask).toHaveBeenCalledTimes(3);
  });

  it("end steps that take too long", async () => {
    ask.mockReturnValueOnce(new Promise(() => {}));
    const instance = await env.VISAS.create({ params: { name: "Eve" } });
    expect(await when(instance, "complete")).toMatchObject({ output: "stamp for Eve (attempt 2)" });
  });

  it("do not retry after a NonRetryableError", async () => {
    const instance = await env.BOOKINGS.create({ params: { city: "Paris", guests: 5 } });
    expect(await when(instance, "errored")).toMatchObject({ error: { message: expect.stringContaining("NonRetryableError") } });
  });

  it("sleep until a given time", async () => {
    const at = Date.now() + 500;
    const instance = await env.REMINDERS.create({ params: { at } });
    expect(await when(instance, "complete")).toMatchObject({ output: "Pack your bags!" });
    expect(Date.now()).toBeGreaterThanOrEqual(at);
  });

  it("do not sleep until a time in the past", async () => {
    const instance = await env.REMINDERS.create({ params: { at: 0 } });
    expect(await when(instance, "errored")).toMatchObject({ error: { message: "You can't sleep until a time in the past, time-traveler" } });
  });

  it("wait for events", async () => {
    await using introspector = await introspectWorkflowInstance(env.BOOKINGS, "event");
    await introspector.modify((m) => m.disableSleeps());
    const instance = await env.BOOKINGS.create({ id: "event", params: { city: "Paris", guests: 2 } });
    await introspector.waitForStepResult({ name: "hold room" });
    await instance.sendEvent({ type: "other", payload: {} });
    await instance.sendEvent({ type: "payment", payload: { amount: 75 } });
    expect(await when(instance, "complete")).toMatchObject({ output: { room: "Paris 12", paid: 75 } });
  });

  it("create batches, without ids that exist", async () => {
    const batch = ["a", "b", "a"].map((id) => ({ id, params: { name: id } }));
    expect((await env.VISAS.createBatch(batch)).map(({ id }) => id)).toEqual(["a", "b"]);
    expect(await env.VISAS.createBatch(batch)).toEqual([]);
    for (const id of ["a", "b"]) await when(await env.VISAS.get(id), "complete");
  });

  it("have one instance of an id, and none of an unknown one", async () => {
    await when(await env.VISAS.create({ id: "one", params: { name: "One" } }), "complete");
    await expect(env.VISAS.create({ id: "one", params: { name: "Two" } })).rejects.toThrow("instance.already_exists");
    await expect(env.VISAS.get("two")).rejects.toThrow("instance.not_found");
    await expect(env.VISAS.create({ id: "no spaces" })).rejects.toThrow("Workflow instance has invalid id");
  });

  it("pause and resume", async () => {
    const instance = await env.BOOKINGS.create({ id: "paused", params: { city: "Paris", guests: 1 } });
    await using introspector = await introspectWorkflowInstance(env.BOOKINGS, "paused");
    await introspector.waitForStepResult({ name: "hold room" });
    await instance.pause();
    await when(instance, "paused");
    await instance.resume();
    await introspector.waitForStatus("running");
  });

  it("terminate", async () => {
    const instance = await env.BOOKINGS.create({ params: { city: "Paris", guests: 1 } });
    await instance.terminate();
    await when(instance, "terminated");
    await expect(instance.terminate()).rejects.toThrow("Cannot terminate instance since its on a finite state");
  });

  it("restart from the beginning", async () => {
    const instance = await env.VISAS.create({ id: "again", params: { name: "Fay" } });
    await when(instance, "complete");
    await env.LEDGER.delete("visas/again");
    await instance.restart();
    await vi.waitFor(async () => expect(await env.LEDGER.get("visas/again")).toBe("stamp for Fay (attempt 1)"), { timeout: 10_000 });
    expect(ask).toHaveBeenCalledTimes(2);
  });
});
