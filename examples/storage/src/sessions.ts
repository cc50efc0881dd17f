/** Who is logged in: a KV key for each session, which expires by itself. */
const HOUR = 60 * 60;

export async function logIn(sessions: KVNamespace, user: string): Promise<string> {
  const token = crypto.randomUUID();
  await sessions.put(`session:${token}`, user, { expirationTtl: HOUR, metadata: { user } });
  return token;
}

export async function userOf(sessions: KVNamespace, request: Request): Promise<string | null> {
  const token = request.headers.get("authorization")?.replace(/^Bearer /, "");
  return token ? sessions.get(`session:${token}`) : null;
}
