import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { filesOf, note } from "../src/catalog";

const { CATALOG: db } = env;

beforeEach(async () => {
  await db.exec("DELETE FROM files");
  await db.exec("DELETE FROM owners");
  await note(db, { key: "a.txt", owner: "ada", size: 1 });
  await note(db, { key: "b.txt", owner: "ada", size: 2 });
});

describe("D1", () => {
  it("answers all(), first() and raw()", async () => {
    const files = db.prepare("SELECT key, size FROM files WHERE owner = ?1 ORDER BY key").bind("ada");
    expect((await files.all()).results).toEqual([{ key: "a.txt", size: 1 }, { key: "b.txt", size: 2 }]);
    expect(await files.first()).toEqual({ key: "a.txt", size: 1 });
    expect(await files.first("size")).toBe(1);
    expect(await files.raw({ columnNames: true })).toEqual([["key", "size"], ["a.txt", 1], ["b.txt", 2]]);
    expect(await db.prepare("SELECT 1 WHERE 0").first()).toBeNull();
  });

  it("says what run() has done", async () => {
    const { success, meta } = await db.prepare("UPDATE files SET size = size + 1").run();
    expect(success).toBe(true);
    expect(meta).toMatchObject({ changes: 2, changed_db: true, rows_written: 2, duration: expect.any(Number) });
    const { results } = await db.prepare("INSERT INTO owners VALUES ('eve') RETURNING name").run();
    expect(results).toEqual([{ name: "eve" }]);
  });

  it("runs a batch as one transaction", async () => {
    const add = (key: string, size: number) => db.prepare("INSERT INTO files VALUES (?, 'ada', ?)").bind(key, size);
    const [, counted] = await db.batch<{ n: number }>([add("c.txt", 3), db.prepare("SELECT count(*) AS n FROM files")]);
    expect(counted.results).toEqual([{ n: 3 }]);
    await expect(db.batch([add("d.txt", 4), add("e.txt", 5000)])).rejects.toThrow("D1_ERROR: CHECK constraint failed: size <= 1000");
    expect((await filesOf(db, "ada")).map(({ key }) => key)).toEqual(["a.txt", "b.txt", "c.txt"]);
  });

  it("executes a statement of each line", async () => {
    const { count } = await db.exec("INSERT INTO owners VALUES ('eve')\nINSERT INTO owners VALUES ('bob')");
    expect(count).toBe(2);
    await expect(db.exec("DELETE FROM nowhere")).rejects.toThrow("D1_EXEC_ERROR: Error in line 1: DELETE FROM nowhere: no such table: nowhere");
  });

  it.each([
    ["text", "ä😀", "ä😀"],
    ["a number", 1.5, 1.5],
    ["a boolean, as a number", true, 1],
    ["null", null, null],
    ["bytes, as a list", new Uint8Array([1, 2]), [1, 2]],
  ])("binds %s", async (_, bound, read) => {
    expect(await db.prepare("SELECT ? AS value").bind(bound).first("value")).toEqual(read);
  });

  it("refuses to bind what SQLite has no type for", async () => {
    expect(() => db.prepare("SELECT ?").bind(undefined)).toThrow("D1_TYPE_ERROR: Type 'undefined' not supported for value 'undefined'");
    expect(() => db.prepare("SELECT ?").bind(1n)).toThrow("D1_TYPE_ERROR: Type 'bigint' not supported for value '1'");
    await expect(db.prepare("SELECT ?, ?").bind(1).all()).rejects.toThrow("Wrong number of parameter bindings for SQL query.");
  });

  it("says in errors what SQLite says", async () => {
    const unique = db.prepare("INSERT INTO owners VALUES ('ada')").run();
    await expect(unique).rejects.toThrow("D1_ERROR: UNIQUE constraint failed: owners.name: SQLITE_CONSTRAINT");
    await expect(db.prepare("SELEC 1").all()).rejects.toThrow('D1_ERROR: near "SELEC": syntax error at offset 0: SQLITE_ERROR');
    await expect(db.prepare("SELECT 1").first("nothing")).rejects.toThrow("D1_COLUMN_NOTFOUND: Column not found (nothing)");
  });

  it("enforces foreign keys, to the end of a batch if they are deferred", async () => {
    const file = db.prepare("INSERT INTO files VALUES ('f.txt', 'fay', 1)");
    await expect(file.run()).rejects.toThrow("FOREIGN KEY constraint failed");
    await db.batch([db.prepare("PRAGMA defer_foreign_keys = on"), file, db.prepare("INSERT INTO owners VALUES ('fay')")]);
    expect(await filesOf(db, "fay")).toHaveLength(1);
  });

  it("has JSON functions and full-text search", async () => {
    expect(await db.prepare("SELECT sum(value) AS sum FROM json_each('[1,2,3]')").first("sum")).toBe(6);
    await db.exec("CREATE VIRTUAL TABLE IF NOT EXISTS poems USING fts5 (text)");
    await db.exec("INSERT INTO poems VALUES ('roses are red')");
    expect((await db.prepare("SELECT * FROM poems WHERE poems MATCH 'roses'").all()).results).toEqual([{ text: "roses are red" }]);
  });

  it("has sessions, which can be continued from a bookmark", async () => {
    const session = db.withSession("first-primary");
    expect(session.getBookmark()).toBeNull();
    await session.prepare("INSERT INTO owners VALUES ('sue')").run();
    const bookmark = session.getBookmark()!;
    expect(bookmark).toEqual(expect.any(String));
    const later = db.withSession(bookmark);
    expect(await later.prepare("SELECT count(*) AS n FROM owners").first("n")).toBe(2);
    const [first] = await later.batch([later.prepare("SELECT name FROM owners ORDER BY name")]);
    expect(first.results).toEqual([{ name: "ada" }, { name: "sue" }]);
  });

  it("refused: BEGIN TRANSACTION, as in production", async () => {
    await expect(db.prepare("BEGIN TRANSACTION").run()).rejects.toThrow("D1_ERROR: To execute a transaction");
  });

  it("refused: dump(), which production has no more", async () => {
    await expect(db.dump()).rejects.toThrow("D1_DUMP_ERROR");
  });
});
