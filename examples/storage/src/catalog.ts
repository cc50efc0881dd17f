/** Who owns which file: rows in D1. */
export interface File {
  key: string;
  owner: string;
  size: number;
}

export async function note(catalog: D1Database, { key, owner, size }: File): Promise<void> {
  await catalog.batch([
    catalog.prepare("INSERT OR IGNORE INTO owners VALUES (?)").bind(owner),
    catalog.prepare("INSERT OR REPLACE INTO files VALUES (?, ?, ?)").bind(key, owner, size),
  ]);
}

export async function filesOf(catalog: D1Database, owner: string): Promise<File[]> {
  const { results } = await catalog.prepare("SELECT * FROM files WHERE owner = ? ORDER BY key").bind(owner).all<File>();
  return results;
}
