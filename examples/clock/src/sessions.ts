/** How long a session lasts, in seconds. */
const SESSION = 1800;

/** Who logs in gets a token; not more often than the rate limit says. */
export async function login(name: string, env: Env): Promise<Response> {
  const { success } = await env.LOGINS.limit({ key: name });
  if (!success) return new Response("Too many logins", { status: 429 });
  const token = crypto.randomUUID();
  await env.SESSIONS.put(token, name, { expirationTtl: SESSION, metadata: { since: Date.now() } });
  return new Response(token);
}

/** Whose token it is, and since when. */
export async function whoIs(token: string, env: Env): Promise<Response> {
  const { value, metadata } = await env.SESSIONS.getWithMetadata<{ since: number }>(token);
  if (value === null) return new Response("Log in first", { status: 401 });
  return Response.json({ name: value, since: metadata?.since });
}
