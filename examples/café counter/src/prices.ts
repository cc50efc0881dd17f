/** Prices in cents. */
const list: Record<string, number> = { espresso: 250, cortado: 320, water: 0 };

export function priceOf(drink: string): number {
  const price = list[drink];
  if (price === undefined) {
    throw new RangeError(`We do not serve ${drink}.`);
  }
  return price;
}

export function menu(): string[] {
  return Object.keys(list);
}

export const happyHour = { from: 16, to: 18 };

/** The price at `date`: half, rounded up, in the happy hour (UTC). */
export function priceAt(drink: string, date: Date): number {
  const hour = date.getUTCHours();
  const happy = hour >= happyHour.from && hour < happyHour.to;
  return happy ? Math.ceil(priceOf(drink) / 2) : priceOf(drink);
}
