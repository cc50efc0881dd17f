import { DurableObject } from "cloudflare:workers";

/** Where books are handed out. Everybody in the reading room hears of it. */
export class Desk extends DurableObject<Env> {
  /** The desk stays open for a day. */
  async open(): Promise<void> {
    await this.ctx.storage.setAlarm(Date.now() + 24 * 60 * 60 * 1000);
  }

  async closes(): Promise<number | null> {
    return this.ctx.storage.getAlarm();
  }

  async handOut(book: string): Promise<number> {
    const count = ((await this.ctx.storage.get<number>("count")) ?? 0) + 1;
    await this.ctx.storage.put("count", count);
    for (const reader of this.ctx.getWebSockets()) reader.send(`${book} is out, the ${count}. today`);
    return count;
  }

  override fetch(): Response {
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }

  override async alarm(): Promise<void> {
    await this.ctx.storage.deleteAll();
  }
}

/** Whom the library has written to. */
export const letters: string[] = [];

export async function lend(env: Env, book: string, reader: string): Promise<number> {
  await env.LOANS.exec("CREATE TABLE IF NOT EXISTS loans (book TEXT PRIMARY KEY, reader TEXT)");
  await env.LOANS.prepare("INSERT INTO loans VALUES (?, ?)").bind(book, reader).run();
  await env.REMINDERS.send(reader);
  return env.DESK.getByName("desk").handOut(book);
}

export default {
  async fetch(request, env): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/reading-room") return env.DESK.getByName("desk").fetch(request);
    return new Response((await env.SETTINGS.get("name")) ?? "a library");
  },

  async queue(batch): Promise<void> {
    letters.push(...batch.messages.map(({ body }) => body));
  },
} satisfies ExportedHandler<Env, string>;
