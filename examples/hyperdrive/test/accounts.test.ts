import { env, exports } from "cloudflare:workers";
import postgres from "postgres";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

// As wrangler.jsonc has it: no database is there.
const withoutDatabase = env.DB.user === "nobody";

describe.skipIf(withoutDatabase)("Hyperdrive", () => {
  const sql = (() => postgres(env.DB.connectionString, { max: 1, fetch_types: false }))();
  const accounts = async () => Object.fromEntries((await (await exports.default.fetch("https://bank.example.com/")).json<{ name: string; balance: number }[]>()).map(({ name, balance }) => [name, balance]));
  const move = (body: object) => exports.default.fetch("https://bank.example.com/", { method: "POST", body: JSON.stringify(body) });

  beforeAll(async () => {
    await sql`CREATE TABLE IF NOT EXISTS accounts (name text PRIMARY KEY, balance integer NOT NULL CHECK (balance >= 0))`;
  });
  beforeEach(async () => {
    await sql`TRUNCATE accounts`;
    await sql`INSERT INTO accounts ${sql([{ name: "Ada", balance: 100 }, { name: "Grace", balance: 10 }])}`;
  });
  afterAll(async () => {
    await sql`DROP TABLE accounts`;
    await sql.end();
  });

  it("answers queries of postgres.js", async () => {
    expect(await accounts()).toEqual({ Ada: 100, Grace: 10 });
  });

  it("commits a transaction of pg", async () => {
    expect((await move({ from: "Ada", to: "Grace", amount: 25 })).status).toBe(200);
    expect(await accounts()).toEqual({ Ada: 75, Grace: 35 });
  });

  it("rolls a transaction of pg back", async () => {
    const response = await move({ from: "Grace", to: "Ada", amount: 25 });
    expect([response.status, await response.text()]).toEqual([409, expect.stringContaining("accounts_balance_check")]);
    expect(await accounts()).toEqual({ Ada: 100, Grace: 10 });
  });
});

describe("Hyperdrive", () => {
  it("gives the parts of its connection string", () => {
    const { connectionString, host, port, user, password, database } = env.DB;
    const url = new URL(connectionString);
    expect([url.protocol, url.hostname, Number(url.port), url.pathname]).toEqual(["postgres:", host, port, `/${database}`]);
    expect([decodeURIComponent(url.username), decodeURIComponent(url.password)]).toEqual([user, password]);
  });

  it.skipIf(withoutDatabase)("connects to the database", async () => {
    const socket = env.DB.connect();
    const writer = socket.writable.getWriter();
    // PostgreSQL's request for TLS: it is answered with one letter.
    await writer.write(new Uint8Array([0, 0, 0, 8, 4, 210, 22, 47]));
    const { value } = await socket.readable.getReader().read();
    expect(new TextDecoder().decode(value)).toMatch(/^[SN]$/);
    await socket.close();
  });
});
