/** Asks the embassy for a stamp. */
export async function ask(name: string): Promise<string> {
  return `stamp for ${name}`;
}
