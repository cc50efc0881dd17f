import { DurableObject } from "cloudflare:workers";

/** Counts down over ordinary WebSockets: they end with the object. */
export class Ticker extends DurableObject {
  #open = 0;

  override async fetch(): Promise<Response> {
    const { 0: client, 1: server } = new WebSocketPair();
    server.accept();
    this.#open += 1;
    server.addEventListener("message", ({ data }) => {
      for (let left = Number(data); left > 0; left--) server.send(String(left));
      server.send("lift-off");
    });
    server.addEventListener("close", () => {
      this.#open -= 1;
      server.close();
    });
    return new Response(null, { status: 101, webSocket: client });
  }

  open(): number {
    return this.#open;
  }
}
