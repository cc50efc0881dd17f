const TITLES: Record<string, Record<string, string>> = {
  waffles: { en: "Waffles", de: "Waffeln" },
  soup: { en: "Soup", de: "Suppe" },
};

/** A recipe's title in the visitor's language; views are counted after the answer. */
export const onRequestGet: PagesFunction<Env, "name", Visit> = ({ env, params, data, waitUntil }) => {
  const name = String(params.name);
  const titles = TITLES[name];
  if (!titles) return Response.json({ error: `no recipe for ${name}` }, { status: 404 });
  waitUntil(count(env.VIEWS, name));
  return Response.json({ title: titles[data.language] ?? titles.en });
};

async function count(views: KVNamespace, name: string): Promise<void> {
  await views.put(name, String(Number(await views.get(name)) + 1));
}
