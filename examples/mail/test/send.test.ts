import { EmailMessage } from "cloudflare:email";
import { env, exports } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { compose } from "../src/compose";

/** A letter from one address to another, with header lines of its own. */
function letter(from: string, to: string, headers?: Record<string, string>) {
  return new EmailMessage(from, to, compose({ from, to, subject: "Hello", text: "How are you?", headers }));
}

describe("send_email", () => {
  it("sends messages, and gives them an id", async () => {
    const { messageId } = await env.MAIL.send(letter("desk@help.example", "joe@home.example"));
    expect(messageId).toMatch(/^<.+@help\.example>$/);
  });

  it("sends messages whose text is a stream", async () => {
    const text = compose({ from: "desk@help.example", to: "joe@home.example", subject: "Hello", text: "How are you?" });
    await env.MAIL.send(new EmailMessage("desk@help.example", "joe@home.example", new Response(text).body as ReadableStream));
  });

  it("sends what it builds itself", async () => {
    const sent = await env.MAIL.send({
      from: { email: "desk@help.example", name: "Help Desk" },
      to: ["joe@home.example", "ann@home.example"],
      cc: "operator@help.example",
      subject: "News",
      text: "We have moved.",
      html: "<p>We have moved.</p>",
      attachments: [{ filename: "map.txt", type: "text/plain", content: "here", disposition: "attachment" }],
    });
    expect(sent.messageId).toMatch(/^<.+@help\.example>$/);
  });

  it("keeps to its one destination", async () => {
    await env.OPERATOR.send(letter("desk@help.example", "operator@help.example"));
    await expect(env.OPERATOR.send(letter("desk@help.example", "joe@home.example"))).rejects.toThrow("email to joe@home.example not allowed");
  });

  it("keeps to its allowed destinations", async () => {
    await env.TEAM.send(letter("desk@help.example", "grace@help.example"));
    await expect(env.TEAM.send(letter("desk@help.example", "joe@home.example"))).rejects.toThrow("email to joe@home.example not allowed");
    const built = { from: "desk@help.example", to: ["ada@help.example", "joe@home.example"], subject: "Hello", text: "Hi" };
    await expect(env.TEAM.send(built)).rejects.toThrow("email to joe@home.example not allowed");
  });

  it("keeps to its allowed senders", async () => {
    await env.NEWS.send(letter("news@help.example", "joe@home.example"));
    await expect(env.NEWS.send(letter("desk@help.example", "joe@home.example"))).rejects.toThrow("email from desk@help.example not allowed");
  });

  it("refuses messages that cannot be delivered", async () => {
    const raw = "From: desk@help.example\r\nTo: joe@home.example\r\nSubject: Hello\r\n\r\nHi\r\n";
    await expect(env.MAIL.send(new EmailMessage("desk@help.example", "joe@home.example", raw))).rejects.toThrow("invalid message-id");
    await expect(env.MAIL.send(letter("desk@help.example", "joe@home.example", { From: "boss@help.example" }))).rejects.toThrow(
      "From: header does not match mail from",
    );
    await expect(env.MAIL.send(letter("desk@help.example", "joe@home.example", { Received: "from nowhere" }))).rejects.toThrow("invalid headers set");
  });

  it("can be spied on, to see what the Worker sends", async () => {
    const send = vi.spyOn(env.MAIL, "send");
    await env.TICKETS.put("joe@home.example", "Printer");
    const response = await exports.default.fetch("https://help.example/tickets/joe@home.example", { method: "POST", body: "Try water." });
    expect(await response.text()).toBe("sent");
    expect(send).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ to: "joe@home.example", subject: "Re: Printer", text: "Try water." }));
    send.mockRestore();
  });
});
