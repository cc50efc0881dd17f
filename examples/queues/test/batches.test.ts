import { createExecutionContext, createMessageBatch, getQueueResult } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import worker from "../src";
import type { Job } from "../src/prints";

const timestamp = new Date("2026-01-01T12:00:00Z");
const job = (id: string, document: string, copies = 1) => ({ id, timestamp, attempts: 1, body: { document, copies } });

/** Calls the handler with jobs, and gives what it decided. */
async function handle(...messages: ReturnType<typeof job>[]) {
  const batch = createMessageBatch("prints", messages);
  const ctx = createExecutionContext();
  await worker.queue(batch, env, ctx);
  return getQueueResult(batch, ctx);
}

describe("createMessageBatch", () => {
  it("makes messages with id, timestamp, attempts and body", () => {
    const batch = createMessageBatch<Job>("prints", [{ id: "1", timestamp: timestamp.getTime(), attempts: 3, body: { document: "flyer", copies: 2 } }]);
    expect(batch.queue).toBe("prints");
    const [message] = batch.messages;
    expect(message.id).toBe("1");
    expect(message.timestamp).toEqual(timestamp);
    expect(message.attempts).toBe(3);
    expect(message.body).toEqual({ document: "flyer", copies: 2 });
  });

  it("tells metrics of an empty backlog", () => {
    const { metrics } = createMessageBatch("prints", []).metadata;
    expect(metrics).toEqual({ backlogCount: 0, backlogBytes: 0, oldestMessageTimestamp: new Date(0) });
  });

  it("copies bodies as a queue does", () => {
    const body = Object.freeze({ document: "flyer", pages: new Map([[1, new Date(0)]]) });
    const [message] = createMessageBatch("prints", [{ id: "1", timestamp, attempts: 1, body }]).messages;
    expect(message.body).toEqual(body);
    expect(message.body).not.toBe(body);
    expect(Object.isFrozen(message.body)).toBe(false);
  });

  it("refuses bodies that cannot be copied", () => {
    expect(() => createMessageBatch("prints", [{ id: "1", timestamp, attempts: 1, body: () => {} }])).toThrow("could not be cloned");
  });

  it("makes messages that cannot be changed", () => {
    const [message] = createMessageBatch("prints", [job("1", "flyer")]).messages;
    expect(() => Object.assign(message, { attempts: 2 })).toThrow(TypeError);
  });

  it("checks its arguments", () => {
    const create = createMessageBatch as (...args: unknown[]) => unknown;
    expect(() => create()).toThrow("Failed to execute 'createMessageBatch': parameter 1 is not of type 'string'.");
    expect(() => create("prints")).toThrow("Failed to execute 'createMessageBatch': parameter 2 is not of type 'Array'.");
    expect(() => create("prints", [{ id: "1", attempts: 1, body: null }])).toThrow(
      "Incorrect type for the 'timestamp' field on 'ServiceBindingQueueMessage': the provided value is not of type 'date'.",
    );
    expect(() => create("prints", [{ id: "1", timestamp, body: null }])).toThrow(
      "Incorrect type for the 'attempts' field on 'ServiceBindingQueueMessage': the provided value is not of type 'number'.",
    );
    expect(() => create("prints", [{ ...job("1", "flyer"), serializedBody: new Uint8Array() }])).toThrow(
      "Cannot use `serializedBody` with `createMessageBatch()`",
    );
  });
});

describe("getQueueResult", () => {
  it("tells of messages that were acknowledged or are to be retried", async () => {
    expect(await handle(job("1", "flyer"), job("2", "novel", 500), job("3", "blank", 0))).toEqual({
      outcome: "ok",
      ackAll: false,
      retryBatch: { retry: false },
      explicitAcks: ["1"],
      retryMessages: [{ msgId: "2" }],
    });
  });

  it("waits for what the handler gave to waitUntil", async () => {
    await handle(job("1", "poster"));
    expect(await env.SHELF.get("prints/poster", "json")).toMatchObject({ copies: 1, together: 1 });
  });

  it("tells that a batch is to be retried", async () => {
    const { retryBatch, explicitAcks } = await handle(job("1", "flyer"), job("2", "hot"));
    expect(retryBatch.retry).toBe(true);
    expect(explicitAcks).toEqual([]);
  });

  it("tells that a batch was acknowledged", async () => {
    const batch = createMessageBatch("pickups", [{ id: "1", timestamp, attempts: 1, body: "flyer" }]);
    const ctx = createExecutionContext();
    await worker.queue(batch, env, ctx);
    expect(await getQueueResult(batch, ctx)).toMatchObject({ ackAll: true, retryMessages: [] });
  });

  it("differs: keeps the delays of retries", async () => {
    expect((await handle(job("1", "hot"))).retryBatch).toEqual({ retry: true, delaySeconds: 1 });
    const batch = createMessageBatch("prints", [job("1", "flyer")]);
    batch.messages[0].retry({ delaySeconds: 30 });
    const { retryMessages } = await getQueueResult(batch, createExecutionContext());
    expect(retryMessages).toEqual([{ msgId: "1", delaySeconds: 30 }]);
  });

  it("keeps the first decision about a message, and warns", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const batch = createMessageBatch("prints", [job("1", "flyer"), job("2", "poster")]);
    batch.messages[0].ack();
    batch.messages[0].retry();
    batch.messages[1].retry();
    batch.messages[1].ack();
    expect(await getQueueResult(batch, createExecutionContext())).toMatchObject({ explicitAcks: ["1"], retryMessages: [{ msgId: "2" }] });
    expect(warn.mock.calls).toEqual([
      [
        "Received a call to retry() on message 1 after ack() was already called. Calling retry() on a message after calling ack() has no effect.",
      ],
      [
        "Received a call to ack() on message 2 after retry() was already called. Calling ack() on a message after calling retry() has no effect.",
      ],
    ]);
    warn.mockRestore();
  });

  it("keeps the first decision about a batch, and warns", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const batch = createMessageBatch("prints", [job("1", "flyer")]);
    batch.ackAll();
    batch.retryAll();
    batch.messages[0].ack();
    batch.messages[0].retry();
    const result = await getQueueResult(batch, createExecutionContext());
    expect(result).toMatchObject({ ackAll: true, retryBatch: { retry: false }, explicitAcks: [], retryMessages: [] });
    expect(warn.mock.calls).toEqual([
      ["Received a call to retryAll() after ackAll() was already called. Calling retryAll() after calling ackAll() has no effect."],
      [
        "Received a call to retry() on message 1 after ackAll() was already called. Calling retry() on a message after calling ackAll() has no effect.",
      ],
    ]);
    warn.mockRestore();
  });

  it("rejects with what the handler's waitUntil work throws", async () => {
    const ctx = createExecutionContext();
    ctx.waitUntil(Promise.reject(new Error("out of toner")));
    await expect(getQueueResult(createMessageBatch("prints", []), ctx)).rejects.toThrow("out of toner");
  });

  it("takes only batches and contexts of cloudflare:test", async () => {
    const get = getQueueResult as (...args: unknown[]) => Promise<unknown>;
    await expect(get({}, createExecutionContext())).rejects.toThrow(
      "Failed to execute 'getQueueResult': parameter 1 is not of type 'MessageBatch'.\nYou must call 'createMessageBatch()' to get a 'MessageBatch' instance.",
    );
    await expect(get(createMessageBatch("prints", []), {})).rejects.toThrow(
      "Failed to execute 'getQueueResult': parameter 2 is not of type 'ExecutionContext'.\nYou must call 'createExecutionContext()' to get an 'ExecutionContext' instance.",
    );
  });
});
