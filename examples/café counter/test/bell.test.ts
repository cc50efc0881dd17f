import { env, exports } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";

async function ring(): Promise<WebSocket> {
  const response = await exports.default.fetch("https://cafe.test/bell", { headers: { upgrade: "websocket" } });
  expect(response.status).toBe(101);
  const socket = response.webSocket;
  if (socket === null) {
    throw new Error("no WebSocket in the response");
  }
  socket.accept();
  return socket;
}

function heard(socket: WebSocket): Promise<string> {
  return new Promise((resolve) => {
    socket.addEventListener("message", (event) => resolve(String(event.data)), { once: true });
  });
}

describe("WebSockets", () => {
  it("asks for a WebSocket", async () => {
    const response = await exports.default.fetch("https://cafe.test/bell");
    expect(response.status).toBe(426);
  });

  it("echoes, counts for each guest, and forgets who left", async () => {
    const first = await ring();
    const second = await ring();
    expect(await env.BELLS.getByName("counter").listeners()).toBe(2);

    for (const [socket, text, answer] of [
      [first, "ding", "ding (1)"],
      [first, "ding", "ding (2)"],
      [second, "dong", "dong (1)"],
    ] as const) {
      const echo = heard(socket);
      socket.send(text);
      expect(await echo).toBe(answer);
    }

    first.close(1000);
    second.close(1000);
    await vi.waitFor(async () => expect(await env.BELLS.getByName("counter").listeners()).toBe(0));
  });
});
