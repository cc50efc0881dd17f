import { env, exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";

describe("Functions of the config", () => {
  it("answer what the Worker fetches", async () => {
    const response = await exports.default.fetch("https://weather.test/paris");
    expect(await response.text()).toBe("21 degrees, paris is dry, tomorrow sun");
  });

  it("get the URL as it was asked for", async () => {
    const response = await fetch("https://upstream.example/a%20b?c=d");
    expect(await response.json()).toMatchObject({ asked: "upstream.example/a%20b" });
  });

  it("are service bindings, with method, body and headers", async () => {
    const response = await env.ECHO.fetch("https://echo.example/x?y=z", { method: "PUT", body: "a".repeat(300_000) });
    expect(response.headers.get("X-Method")).toBe("PUT");
    expect(response.headers.get("X-URL")).toBe("https://echo.example/x?y=z");
    expect((await response.text()).length).toBe(300_000);
  });

  it("stream bodies both ways", async () => {
    const { readable, writable } = new IdentityTransformStream();
    const writer = writable.getWriter();
    const send = (text: string) => writer.write(new TextEncoder().encode(text));
    const sent = send("rain");
    const { body } = await env.RELAY.fetch("https://relay.example/", { method: "POST", body: readable });
    const reader = body!.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader.read()).value).toBe("rain");
    await Promise.all([sent, send("bow")]);
    expect((await reader.read()).value).toBe("bow");
    await writer.close();
    expect((await reader.read()).done).toBe(true);
  });

  it("take WebSockets", async () => {
    const { webSocket } = await env.FORECAST.fetch("https://forecast.example/", { headers: { Upgrade: "websocket" } });
    if (!webSocket) throw new Error("no WebSocket");
    const heard: unknown[] = [];
    webSocket.accept();
    const closed = new Promise<CloseEvent>((resolve) => webSocket.addEventListener("close", resolve));
    webSocket.addEventListener("message", ({ data }) => heard.push(data));
    webSocket.send("2");
    expect(await closed).toMatchObject({ code: 1000, reason: "that is all" });
    expect(heard).toEqual(["day 1: sun", "day 2: sun"]);
  });

  it("fail with their own error", async () => {
    const response = await fetch("https://broken.example/");
    expect(response.status).toBe(500);
    expect(await response.text()).toContain("the wire is cut");
  });
});
