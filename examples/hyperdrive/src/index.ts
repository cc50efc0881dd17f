import postgres from "postgres";
import { transfer } from "./accounts";

/** Accounts in a PostgreSQL database: `GET /` lists them, `POST /` moves an amount between two. */
export default {
  async fetch(request, env, ctx) {
    if (request.method === "POST") {
      const { from, to, amount } = await request.json<{ from: string; to: string; amount: number }>();
      try {
        await transfer(env.DB, from, to, amount);
      } catch (error) {
        return new Response(String(error), { status: 409 });
      }
    }
    const sql = postgres(env.DB.connectionString, { max: 1, fetch_types: false });
    try {
      return Response.json(await sql`SELECT name, balance FROM accounts ORDER BY name`);
    } finally {
      ctx.waitUntil(sql.end());
    }
  },
} satisfies ExportedHandler<Env>;
