import { type Request, Response, WebSocketPair } from "miniflare";

/** A forecast for tomorrow; over a WebSocket, for as many days as are asked for. */
export function forecast(request: Request): Response {
  if (request.headers.get("Upgrade") !== "websocket") return new Response("sun", { headers: { "Cache-Control": "no-store" } });
  const { 0: client, 1: server } = new WebSocketPair();
  server.accept();
  server.addEventListener("message", ({ data }) => {
    for (let day = 1; day <= Number(data); day++) server.send(`day ${day}: sun`);
    server.close(1000, "that is all");
  });
  return new Response(null, { status: 101, webSocket: client });
}
