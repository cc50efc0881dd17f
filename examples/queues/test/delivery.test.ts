import { env, exports } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import type { Print } from "../src/prints";

const LONG = { timeout: 10_000 };

/** Waits until a document lies on the shelf. */
const printed = (document: string) =>
  vi.waitFor(async () => {
    const print = await env.SHELF.get<Print>(`prints/${document}`, "json");
    expect(print).not.toBeNull();
    return print as Print;
  }, LONG);

const names = async (prefix: string) => (await env.SHELF.list({ prefix })).keys.map(({ name }) => name.slice(prefix.length));

describe("Queues", () => {
  it("delivers what the Worker sends", async () => {
    await exports.default.fetch("https://print.example/", { method: "POST", body: JSON.stringify({ document: "letter", copies: 2 }) });
    expect(await printed("letter")).toMatchObject({ copies: 2, attempts: 1, together: 1 });
  });

  it("delivers a full batch as one", async () => {
    await env.PRINTS.sendBatch(["one", "two", "three"].map((document) => ({ body: { document, copies: 1 } })));
    expect(await printed("three")).toMatchObject({ together: 3 });
  });

  it("delivers no more than a batch at once", async () => {
    await env.PRINTS.sendBatch(["A", "B", "C", "D"].map((document) => ({ body: { document, copies: 1 } })));
    expect(await printed("A")).toMatchObject({ together: 3 });
    expect(await printed("D")).toMatchObject({ together: 1 });
  });

  it("moves messages that are retried too often to the dead letter queue", async () => {
    await env.PRINTS.send({ document: "encyclopedia", copies: 5000 });
    await vi.waitFor(async () => expect(await names("misprints/")).toEqual(["encyclopedia"]), LONG);
    expect(await names("prints/encyclopedia")).toEqual([]);
  });

  it("delivers a batch again after the delay of retryAll", async () => {
    const before = Date.now();
    await env.PRINTS.send({ document: "hot", copies: 1 });
    const print = await printed("hot");
    expect(print.attempts).toBe(2);
    expect(print.at - before).toBeGreaterThanOrEqual(1000);
  });

  it("holds messages back that are sent with a delay", async () => {
    await env.PRINTS.send({ document: "late", copies: 1 }, { delaySeconds: 1 });
    await env.PRINTS.sendBatch([{ body: { document: "early", copies: 1 } }, { body: { document: "later", copies: 1 }, delaySeconds: 2 }]);
    const [early, late, later] = [await printed("early"), await printed("late"), await printed("later")];
    expect(early.at).toBeLessThan(late.at);
    expect(late.at).toBeLessThan(later.at);
  });

  it("holds messages back by the delay of the binding", async () => {
    const before = Date.now();
    await env.PICKUPS.send("flyer");
    const at = await vi.waitFor(async () => Number((await env.SHELF.get("pickups/flyer")) ?? expect.unreachable("not collected")), LONG);
    expect(at - before).toBeGreaterThanOrEqual(1000);
  });

  it("carries text, JSON, bytes and what can be cloned", async () => {
    await env.SCANS.send("hello", { contentType: "text" });
    await env.SCANS.send({ page: 1 }, { contentType: "json" });
    await env.SCANS.send(new Uint8Array(8), { contentType: "bytes" });
    await env.SCANS.send(new Map([[1, "one"]]), { contentType: "v8" });
    await vi.waitFor(
      async () => expect(await names("scans/")).toEqual(["1 pages", "8 bytes", "the record {\"page\":1}", "the text hello"]),
      LONG,
    );
  });

  it("delivers to a consumer in another Worker, with its own retry delay", async () => {
    const before = Date.now();
    await env.INVOICES.sendBatch([{ body: { number: 1, signed: true } }, { body: { number: 2, signed: false } }]);
    await vi.waitFor(async () => expect(await names("invoices/")).toEqual(["1", "2"]), LONG);
    expect(await env.SHELF.get("invoices/1")).toBe("attempt 1");
    expect(await env.SHELF.get("invoices/2")).toBe("attempt 2");
    expect(Date.now() - before).toBeGreaterThanOrEqual(1000);
  });

  it("tells how long the backlog is", async () => {
    await env.PRINTS.send({ document: "waiting", copies: 1 });
    const metrics = await env.PRINTS.metrics();
    expect(metrics).toEqual({ backlogCount: expect.any(Number), backlogBytes: expect.any(Number), oldestMessageTimestamp: expect.any(Date) });
    await printed("waiting");
    expect((await env.PRINTS.metrics()).backlogCount).toBe(0);
  });

  it("refuses messages that are too large", async () => {
    await expect(env.SCANS.send("x".repeat(130_000), { contentType: "text" })).rejects.toThrow("exceeds limit of 128000");
    const many = Array.from({ length: 101 }, () => ({ body: "page" }));
    await expect(env.SCANS.sendBatch(many)).rejects.toThrow("exceeds limit of 100");
  });
});

describe("exports.default.queue", () => {
  /** The default entrypoint; its type does not know of the event. */
  const shop = exports.default as unknown as { queue(queue: string, messages: object[]): Promise<{ outcome: string; retryBatch: object }> };
  const message = (id: string, document: string, copies: number) => ({ id, timestamp: new Date(), attempts: 1, body: { document, copies } });

  it("runs the consumer as workerd does, and tells what it decided", async () => {
    const result = await shop.queue("prints", [message("1", "poster", 1), message("2", "novel", 500)]);
    expect(result).toEqual({
      outcome: "ok",
      ackAll: false,
      retryBatch: { retry: false },
      explicitAcks: ["1"],
      retryMessages: [{ msgId: "2" }],
    });
    expect(await printed("poster")).toMatchObject({ copies: 1 });
  });

  it("tells the delay of a batch that is to be retried", async () => {
    const { retryBatch } = await shop.queue("prints", [message("1", "hot", 1)]);
    expect(retryBatch).toEqual({ retry: true, delaySeconds: 1 });
  });

  it("tells that the consumer threw", async () => {
    expect(await shop.queue("letters", [message("1", "hello", 1)])).toMatchObject({ outcome: "exception" });
  });
});
