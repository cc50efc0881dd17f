import { introspectWorkflow } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";

const trip = (city: string) => ({ method: "POST", body: JSON.stringify({ city, guests: 2 }) });

describe("introspectWorkflow", () => {
  it("modifies instances that the Worker creates", async () => {
    await using introspector = await introspectWorkflow(env.BOOKINGS);
    await introspector.modifyAll(async (m) => {
      await m.disableSleeps();
      await m.mockStepResult({ name: "hold room" }, "Rome 7");
      await m.mockEvent({ type: "payment", payload: { amount: 50 } });
    });
    await exports.default.fetch("https://travel.example/", trip("Rome"));
    await exports.default.fetch("https://travel.example/", trip("Naples"));

    const instances = await introspector.get();
    expect(instances).toHaveLength(2);
    for (const instance of instances) {
      await instance.waitForStatus("complete");
      expect(await instance.getOutput()).toEqual({ room: "Rome 7", paid: 50 });
    }
  });

  it("applies all modifications, in order", async () => {
    await using introspector = await introspectWorkflow(env.BOOKINGS);
    await introspector.modifyAll((m) => m.disableRetryDelays());
    await introspector.modifyAll((m) => m.mockStepError({ name: "hold room" }, new TypeError("no line"), 1));
    await introspector.modifyAll((m) => m.forceStepTimeout({ name: "hold room" }, 1));
    await introspector.modifyAll((m) => m.forceEventTimeout({ name: "wait for payment" }));
    await introspector.modifyAll((m) => m.disableSleeps([{ name: "sleep on it" }]));
    await env.BOOKINGS.create({ params: { city: "Lisbon", guests: 1 } });
    const [instance] = await introspector.get();
    expect(await instance.waitForStepResult({ name: "hold room" })).toBe("Lisbon 3");
    await instance.waitForStatus("errored");
  });

  it("mocks results that are streams", async () => {
    await using introspector = await introspectWorkflow(env.BOOKINGS);
    await introspector.modifyAll((m) => m.mockStepResult({ name: "hold room" }, new Response("Venice 5").body));
    await env.BOOKINGS.create({ params: { city: "Venice", guests: 1 } });
    const [instance] = await introspector.get();
    const result = await instance.waitForStepResult({ name: "hold room" });
    expect(await new Response(result as ReadableStream).text()).toBe("Venice 5");
  });

  it("sees only instances that are created after it", async () => {
    await env.BOOKINGS.create({ id: "early", params: { city: "Paris", guests: 1 } });
    await using introspector = await introspectWorkflow(env.BOOKINGS);
    expect(await introspector.get()).toEqual([]);
  });

  it("sees instances of a class of another Worker", async () => {
    await using introspector = await introspectWorkflow(env.CLEANING);
    await introspector.modifyAll((m) => m.disableSleeps());
    await env.CLEANING.createBatch([{ id: "monday", params: { rooms: ["1", "2"] } }, { id: "tuesday", params: { rooms: [] } }]);
    const [monday, tuesday] = await introspector.get();
    await monday.waitForStatus("complete");
    await tuesday.waitForStatus("complete");
    expect(await monday.getOutput()).toBe(2);
    expect(await env.LEDGER.get("cleaned/2")).toBe("cleaning");
  });

  it("sees instances that another Worker creates", async () => {
    await using introspector = await introspectWorkflow(env.CLEANING);
    await introspector.modifyAll((m) => m.disableSleeps());
    await env.HOTEL.fetch("https://hotel.example/12");
    const [instance] = await introspector.get();
    await instance.waitForStatus("complete");
    expect(await env.LEDGER.get("cleaned/12")).toBe("cleaning");
  });

  it("ends when it is disposed, with all its instances", async () => {
    const introspector = await introspectWorkflow(env.BOOKINGS);
    const { id } = await env.BOOKINGS.create({ params: { city: "Paris", guests: 1 } });
    await introspector.dispose();
    await expect(env.BOOKINGS.get(id)).rejects.toThrow("instance.not_found");
    await using next = await introspectWorkflow(env.BOOKINGS);
    expect(await next.get()).toEqual([]);
  });

  it("is the only one of its workflow", async () => {
    await using first = await introspectWorkflow(env.BOOKINGS);
    await expect(introspectWorkflow(env.BOOKINGS)).rejects.toThrow(
      'Workflow "bookings" already has an active introspection session for binding "BOOKINGS".',
    );
    expect(await first.get()).toEqual([]);
  });

  it("needs a binding", async () => {
    await expect(introspectWorkflow(undefined as never)).rejects.toThrow("[WorkflowIntrospector] Workflow binding is required.");
    await expect(introspectWorkflow({} as never)).rejects.toThrow("`introspectWorkflow()` needs a Workflow binding from `env`");
  });
});
