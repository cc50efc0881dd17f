import { Client } from "pg";

/** Moves an amount between two accounts, or does nothing. */
export async function transfer(database: Hyperdrive, from: string, to: string, amount: number): Promise<void> {
  const client = new Client({ connectionString: database.connectionString });
  await client.connect();
  try {
    await client.query("BEGIN");
    await client.query("UPDATE accounts SET balance = balance + $1 WHERE name = $2", [amount, to]);
    await client.query("UPDATE accounts SET balance = balance - $1 WHERE name = $2", [amount, from]);
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  } finally {
    await client.end();
  }
}
