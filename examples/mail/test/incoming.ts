import { vi } from "vitest";
import { type Letter, compose } from "../src/compose";

/** A letter as the Worker's `email` handler gets it, and spies for what it does about it. */
export function incoming(letter: Letter) {
  const text = compose(letter);
  const raw = new TextEncoder().encode(text);
  const [head = ""] = text.split("\r\n\r\n");
  const header = (line: string) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)] as [string, string];
  const spies = {
    setReject: vi.fn<(reason: string) => void>(),
    forward: vi.fn(async (_to: string, _headers?: Headers) => ({ messageId: "forwarded" })),
    reply: vi.fn(async (_message: EmailMessage) => ({ messageId: "replied" })),
  };
  const message = {
    from: letter.from,
    to: letter.to,
    headers: new Headers(head.split("\r\n").map(header)),
    raw: new Response(raw).body as ReadableStream<Uint8Array>,
    rawSize: raw.byteLength,
    canBeForwarded: true,
    // Not the spies themselves: a function that was an argument of an RPC call is disposed after it, and that empties a spy.
    setReject: (reason: string) => spies.setReject(reason),
    forward: (to: string, headers?: Headers) => spies.forward(to, headers),
    reply: (reply: EmailMessage) => spies.reply(reply),
  };
  return { message, ...spies };
}
