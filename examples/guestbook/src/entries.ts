import { nanoid } from "nanoid";
import limits from "./limits.json";
import listEntries from "./queries/list.sql";

export interface Entry {
  id: string;
  name: string;
  message: string;
  signedAt: number;
}

/** A reason to turn an entry down, or `undefined` if it may be stored. */
export function problemWith(name: string, message: string): string | undefined {
  if (name.length === 0 || message.length === 0) {
    return "Both a name and a message are needed.";
  }
  if (name.length > limits.name || message.length > limits.message) {
    return `At most ${limits.name} letters for the name, ${limits.message} for the message.`;
  }
  return undefined;
}

export async function sign(db: D1Database, name: string, message: string): Promise<Entry> {
  const entry = { id: nanoid(12), name, message, signedAt: Date.now() };
  await db
    .prepare("INSERT INTO entries (id, name, message, signed_at) VALUES (?, ?, ?, ?)")
    .bind(entry.id, entry.name, entry.message, entry.signedAt)
    .run();
  return entry;
}

/** The entries of one page (from 1) that are not hidden, oldest first. */
export async function list(db: D1Database, page = 1): Promise<Entry[]> {
  const offset = (page - 1) * limits.perPage;
  const { results } = await db.prepare(listEntries).bind(limits.perPage, offset).all<Entry>();
  return results;
}

export async function count(db: D1Database): Promise<number> {
  return (await db.prepare("SELECT count(*) FROM entries WHERE hidden = 0").first<number>("count(*)")) ?? 0;
}

/** Hides an entry and notes why, both or neither. False if there is no such entry. */
export async function hide(db: D1Database, id: string, note: string): Promise<boolean> {
  if ((await db.prepare("SELECT id FROM entries WHERE id = ?").bind(id).first()) === null) {
    return false;
  }
  await db.batch([
    db.prepare("UPDATE entries SET hidden = 1 WHERE id = ?").bind(id),
    db.prepare("INSERT INTO notes (entry_id, note) VALUES (?, ?)").bind(id, note),
  ]);
  return true;
}
