import { DurableObject } from "cloudflare:workers";

interface Message {
  from: string;
  text: string;
}

/** A chat room. Its sockets hibernate: while nobody talks, the room need not be in memory. */
export class Room extends DurableObject<Cloudflare.Env> {
  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env);
    ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS messages (sender TEXT NOT NULL, text TEXT NOT NULL)");
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
  }

  override fetch(request: Request): Response {
    const from = new URL(request.url).searchParams.get("name");
    if (!from) return new Response("Who are you?", { status: 400 });
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server, [from]);
    server.serializeAttachment({ from });
    return new Response(null, { status: 101, webSocket: client });
  }

  // There is no webSocketError: workerd calls it only if it is there.
  override webSocketMessage(socket: WebSocket, text: string): void {
    const { from }: { from: string } = socket.deserializeAttachment();
    this.ctx.storage.sql.exec("INSERT INTO messages VALUES (?, ?)", from, text);
    this.#tell({ from, text });
  }

  override webSocketClose(socket: WebSocket, code: number, reason: string): void {
    // Who closes without a code is answered without one.
    if (code === 1005) socket.close();
    else socket.close(code, reason);
    const { from }: { from: string } = socket.deserializeAttachment();
    this.#tell({ from, text: "left" });
  }

  history(): Message[] {
    return this.ctx.storage.sql.exec<{ from: string; text: string }>('SELECT sender AS "from", text FROM messages').toArray();
  }

  /** Who is here, each name once. */
  members(): string[] {
    const names = this.ctx.getWebSockets().flatMap((socket) => this.ctx.getTags(socket));
    return [...new Set(names)].sort();
  }

  /** Says something to one member only. */
  whisper(to: string, text: string): number {
    const sockets = this.ctx.getWebSockets(to);
    for (const socket of sockets) socket.send(JSON.stringify({ from: "room", text }));
    return sockets.length;
  }

  #tell(message: Message): void {
    for (const socket of this.ctx.getWebSockets()) {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
    }
  }
}
