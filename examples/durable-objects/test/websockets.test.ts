import { runInDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { Room } from "../src";
import { join } from "./join";

describe("Hibernating WebSockets", () => {
  it("reach everyone in the room, in order", async () => {
    const [ada, bob] = [await join("order", "ada"), await join("order", "bob")];
    const texts = Array.from({ length: 20 }, (_, index) => `message ${index}`);
    for (const text of texts) ada.socket.send(text);
    const expected = texts.map((text) => ({ from: "ada", text }));
    await vi.waitFor(() => expect(bob.heard).toEqual(expected));
    await vi.waitFor(() => expect(ada.heard).toEqual(expected));
    expect(await env.ROOMS.getByName("order").history()).toEqual(expected);
    ada.socket.close();
    bob.socket.close();
  });

  it("find their tags again", async () => {
    const room = env.ROOMS.getByName("tags");
    const [ada, bob] = [await join("tags", "ada"), await join("tags", "bob")];
    expect(await room.members()).toEqual(["ada", "bob"]);
    expect(await room.whisper("bob", "only you")).toBe(1);
    await vi.waitFor(() => expect(bob.heard).toEqual([{ from: "room", text: "only you" }]));
    expect(ada.heard).toEqual([]);
    ada.socket.close();
    bob.socket.close();
  });

  it("are gone from getWebSockets() when they are closed", async () => {
    const room = env.ROOMS.getByName("closed");
    const [ada, bob] = [await join("closed", "ada"), await join("closed", "bob")];
    ada.socket.close(1000, "bye");
    await vi.waitFor(() => expect(bob.heard).toEqual([{ from: "ada", text: "left" }]));
    bob.socket.close(1000, "bye");
    await vi.waitFor(async () => {
      const left = await runInDurableObject(room, (_, state) => state.getWebSockets().length);
      expect(left).toBe(0);
    });
  });

  it("keep their attachments", async () => {
    const room = env.ROOMS.getByName("attachment");
    const ada = await join("attachment", "ada");
    const attachments = await runInDurableObject(room, (_, state) =>
      state.getWebSockets().map((socket) => socket.deserializeAttachment()),
    );
    expect(attachments).toEqual([{ from: "ada" }]);
    ada.socket.close();
  });

  it("are answered automatically, without waking the object", async () => {
    const ada = await join("ping", "ada");
    ada.socket.send("ping");
    await vi.waitFor(() => expect(ada.heard).toEqual(["pong"]));
    expect(await env.ROOMS.getByName("ping").history()).toEqual([]);
    const last = await runInDurableObject(env.ROOMS.getByName("ping"), (_, state) =>
      state.getWebSocketAutoResponseTimestamp(state.getWebSockets()[0]),
    );
    expect(last).toBeInstanceOf(Date);
    ada.socket.close();
  });

  it("can be spied on by the class's prototype", async () => {
    const heard = vi.spyOn(Room.prototype, "webSocketMessage");
    onTestFinished(() => heard.mockRestore());
    const ada = await join("spied", "ada");
    ada.socket.send("hello");
    await vi.waitFor(() => expect(heard).toHaveBeenCalledWith(expect.anything(), "hello"));
    ada.socket.close();
  });

  it("may still be open when the file ends", async () => {
    const ada = await join("open", "ada");
    expect(ada.socket.readyState).toBe(WebSocket.OPEN);
  });
});

describe("Ordinary WebSockets", () => {
  const launch = async (name: string) => {
    const response = await exports.default.fetch(`https://chat.test/tickers/${name}`, { headers: { Upgrade: "websocket" } });
    const socket = response.webSocket as WebSocket;
    const heard: unknown[] = [];
    socket.addEventListener("message", ({ data }) => void heard.push(data));
    socket.accept();
    return { socket, heard };
  };

  it("carry messages in order", async () => {
    const { socket, heard } = await launch("apollo");
    socket.send("3");
    await vi.waitFor(() => expect(heard).toEqual(["3", "2", "1", "lift-off"]));
    socket.close();
  });

  it("tell the object when they are closed", async () => {
    const { socket } = await launch("gemini");
    expect(await env.TICKERS.getByName("gemini").open()).toBe(1);
    socket.close(1000);
    await vi.waitFor(async () => expect(await env.TICKERS.getByName("gemini").open()).toBe(0));
  });

  it("may still be open when the file ends", async () => {
    const { socket } = await launch("voyager");
    expect(socket.readyState).toBe(WebSocket.OPEN);
  });
});
