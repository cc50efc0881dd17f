import { introspectWorkflowInstance } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import * as hotels from "../src/hotels";

const params = { city: "Paris", guests: 2 };

describe("introspectWorkflowInstance", () => {
  it("disables sleeps, and sends events", async () => {
    await using instance = await introspectWorkflowInstance(env.BOOKINGS, "paid");
    await instance.modify(async (m) => {
      await m.disableSleeps();
      await m.mockEvent({ type: "payment", payload: { amount: 90 } });
    });
    await env.BOOKINGS.create({ id: "paid", params });

    await instance.waitForStatus("complete");
    expect(await instance.getOutput()).toEqual({ room: "Paris 12", paid: 90 });
    expect(await env.LEDGER.get("bookings/paid")).toBe("Paris 12");
  });

  it("gives the results of steps", async () => {
    await using instance = await introspectWorkflowInstance(env.BOOKINGS, "held");
    await env.BOOKINGS.create({ id: "held", params });
    expect(await instance.waitForStepResult({ name: "hold room" })).toBe("Paris 12");
    // The step is over: the answer is there at once.
    expect(await instance.waitForStepResult({ name: "hold room", index: 1 })).toBe("Paris 12");
  });

  it("disables single sleeps", async () => {
    await using instance = await introspectWorkflowInstance(env.BOOKINGS, "awake");
    await instance.modify((m) => m.disableSleeps([{ name: "sleep on it" }]));
    await env.BOOKINGS.create({ id: "awake", params });
    await (await env.BOOKINGS.get("awake")).sendEvent({ type: "payment", payload: { amount: 1 } });
    await instance.waitForStatus("complete");
  });

  it("mocks the result of a step", async () => {
    await using instance = await introspectWorkflowInstance(env.BOOKINGS, "mocked");
    await instance.modify((m) => m.mockStepResult({ name: "hold room" }, "Atlantis 1"));
    await env.BOOKINGS.create({ id: "mocked", params: { city: "Atlantis", guests: 2 } });
    expect(await instance.waitForStepResult({ name: "hold room" })).toBe("Atlantis 1");
  });

  it("tells steps of one name apart by their index", async () => {
    await using instance = await introspectWorkflowInstance(env.CLEANING, "twice");
    await instance.modify(async (m) => {
      await m.disableSleeps([{ name: "dry" }, { name: "dry", index: 2 }]);
      await m.mockStepResult({ name: "clean 7", index: 2 }, "spotless");
    });
    await env.CLEANING.create({ id: "twice", params: { rooms: ["7", "7"] } });
    expect(await instance.waitForStepResult({ name: "clean 7", index: 2 })).toBe("spotless");
    expect(await instance.waitForStepResult({ name: "clean 7" })).toBeUndefined();
    await instance.waitForStatus("complete");
  });

  it("makes steps fail as often as told", async () => {
    await using instance = await introspectWorkflowInstance(env.BOOKINGS, "retried");
    const find = vi.spyOn(hotels, "findRoom");
    await instance.modify(async (m) => {
      await m.disableRetryDelays();
      await m.mockStepError({ name: "hold room" }, new Error("the line is busy"), 2);
    });
    await env.BOOKINGS.create({ id: "retried", params });
    expect(await instance.waitForStepResult({ name: "hold room" })).toBe("Paris 12");
    expect(find).toHaveBeenCalledOnce();
    find.mockRestore();
  });

  it("makes steps fail every time", async () => {
    await using instance = await introspectWorkflowInstance(env.BOOKINGS, "failed");
    await instance.modify(async (m) => {
      await m.disableRetryDelays([{ name: "hold room" }]);
      await m.mockStepError({ name: "hold room" }, new RangeError("fully booked"));
    });
    await env.BOOKINGS.create({ id: "failed", params });
    await instance.waitForStatus("errored");
    expect(await instance.getError()).toMatchObject({ name: "RangeError", message: "fully booked" });
  });

  it("makes steps time out", async () => {
    await using instance = await introspectWorkflowInstance(env.BOOKINGS, "slow");
    await instance.modify(async (m) => {
      await m.disableRetryDelays();
      await m.forceStepTimeout({ name: "hold room" });
    });
    await env.BOOKINGS.create({ id: "slow", params });
    await instance.waitForStatus("errored");
    expect((await instance.getError()).message).toContain("timed out");
  });

  it("makes steps time out as often as told", async () => {
    await using instance = await introspectWorkflowInstance(env.BOOKINGS, "slow-once");
    await instance.modify(async (m) => {
      await m.disableRetryDelays();
      await m.forceStepTimeout({ name: "hold room" }, 1);
    });
    await env.BOOKINGS.create({ id: "slow-once", params });
    expect(await instance.waitForStepResult({ name: "hold room" })).toBe("Paris 12");
  });

  it("makes events not arrive", async () => {
    await using instance = await introspectWorkflowInstance(env.BOOKINGS, "unpaid");
    await instance.modify(async (m) => {
      await m.disableSleeps();
      await m.forceEventTimeout({ name: "wait for payment" });
    });
    await env.BOOKINGS.create({ id: "unpaid", params });
    await instance.waitForStatus("errored");
    expect((await instance.getError()).message).toContain("timed out");
  });

  it("forgets the instance when it is disposed", async () => {
    const instance = await introspectWorkflowInstance(env.BOOKINGS, "again");
    await env.BOOKINGS.create({ id: "again", params });
    await instance.waitForStepResult({ name: "hold room" });
    await instance.dispose();
    await expect(env.BOOKINGS.get("again")).rejects.toThrow("instance.not_found");
    await env.BOOKINGS.create({ id: "again", params });
  });

  it("rejects when a status can no longer be reached", async () => {
    await using instance = await introspectWorkflowInstance(env.BOOKINGS, "too-large");
    await env.BOOKINGS.create({ id: "too-large", params: { city: "Paris", guests: 5 } });
    await expect(instance.waitForStatus("complete")).rejects.toThrow(
      "[WorkflowIntrospector] The Workflow instance too-large has reached status 'errored'. This is a finite status that prevents it from ever reaching the expected status of 'complete'.",
    );
    await expect(instance.getOutput()).rejects.toThrow('Workflow instance is in status "errored" but must be "complete"');
  });

  it("needs a binding and an id", async () => {
    await expect(introspectWorkflowInstance(env.BOOKINGS, "")).rejects.toThrow(
      "[WorkflowIntrospector] Workflow binding and instance id are required.",
    );
  });
});
