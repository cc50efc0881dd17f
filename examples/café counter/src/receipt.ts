import { priceOf } from "./prices";

export interface Receipt {
  lines: string[];
  total: number;
}

/** A receipt for `drinks`, each kind on one line, in the order first asked for. */
export function receipt(drinks: string[]): Receipt {
  const counts = new Map<string, number>();
  for (const drink of drinks) {
    counts.set(drink, (counts.get(drink) ?? 0) + 1);
  }
  let total = 0;
  const lines = [...counts].map(([drink, times]) => {
    const sum = times * priceOf(drink);
    total += sum;
    return `${times} x ${drink}: ${(sum / 100).toFixed(2)}`;
  });
  return { lines, total };
}
