import { DurableObject } from "cloudflare:workers";

/** The bell on the counter: echoes what it hears, over a WebSocket that may outlive the object in memory. */
export class Bell extends DurableObject<Env> {
  override async fetch(request: Request): Promise<Response> {
    if (request.headers.get("upgrade") !== "websocket") {
      return new Response("Ring me by WebSocket", { status: 426 });
    }
    const { 0: client, 1: server } = new WebSocketPair();
    server.serializeAttachment({ rings: 0 });
    this.ctx.acceptWebSocket(server, ["guest"]);
    return new Response(null, { status: 101, webSocket: client });
  }

  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void {
    const rings = (socket.deserializeAttachment() as { rings: number }).rings + 1;
    socket.serializeAttachment({ rings });
    socket.send(typeof message === "string" ? `${message} (${rings})` : message);
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    socket.close(code, "bye");
  }

  listeners(): number {
    return this.ctx.getWebSockets("guest").length;
  }
}
