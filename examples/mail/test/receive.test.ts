import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import worker from "../src";
import { incoming } from "./incoming";

const question = { from: "joe@home.example", to: "desk@help.example", subject: "Printer", text: "It is on fire. This is urgent!" };

/** Calls the handler as Cloudflare does. */
async function receive({ message }: ReturnType<typeof incoming>): Promise<void> {
  const ctx = createExecutionContext();
  await worker.email(message as unknown as ForwardableEmailMessage, env, ctx);
  await waitOnExecutionContext(ctx);
}

describe("email handler", () => {
  it("reads the headers and the raw message", async () => {
    const mail = incoming(question);
    await receive(mail);
    const { value, metadata } = await env.TICKETS.getWithMetadata(question.from);
    expect(value).toBe("Printer");
    expect(metadata).toEqual({ size: mail.message.rawSize, urgent: true });
  });

  it("replies", async () => {
    const mail = incoming(question);
    await receive(mail);
    expect(mail.reply).toHaveBeenCalledOnce();
    expect(mail.reply.mock.lastCall?.[0]).toMatchObject({ from: "desk@help.example", to: "joe@home.example" });
  });

  it("forwards, with headers", async () => {
    const mail = incoming({ ...question, to: "sales@help.example" });
    await receive(mail);
    const [to, headers] = mail.forward.mock.lastCall ?? [];
    expect(to).toBe("grace@help.example");
    expect(headers?.get("X-Desk")).toBe("Printer");
    expect(mail.reply).not.toHaveBeenCalled();
  });

  it("rejects", async () => {
    const mail = incoming({ ...question, from: "win@spam.example" });
    await receive(mail);
    expect(mail.setReject).toHaveBeenCalledWith("We do not talk to you.");
    expect(await env.TICKETS.get("win@spam.example")).toBeNull();
  });
});

describe("exports.default.email", () => {
  /** The default entrypoint; its type does not know of the event. */
  const desk = exports.default as unknown as { email(message: object): Promise<void> };

  it("runs the handler as a request of its own", async () => {
    const mail = incoming({ ...question, from: "ann@home.example" });
    await desk.email(mail.message);
    await vi.waitFor(async () => expect(await env.TICKETS.get("ann@home.example")).toBe("Printer"), { timeout: 10_000 });
  });

  it("carries replies, forwards and rejections back", async () => {
    const reply = incoming(question);
    await desk.email(reply.message);
    expect(reply.reply.mock.lastCall?.[0]).toMatchObject({ from: "desk@help.example", to: "joe@home.example" });
    const order = incoming({ ...question, to: "sales@help.example" });
    await desk.email(order.message);
    expect(order.forward.mock.lastCall?.[0]).toBe("grace@help.example");
    const spam = incoming({ ...question, from: "win@spam.example" });
    await desk.email(spam.message);
    // The Worker does not wait for this one.
    await vi.waitFor(() => expect(spam.setReject).toHaveBeenCalledWith("We do not talk to you."), { timeout: 10_000 });
  });
});
