/** Text for a printer; loaded by its URL, and seldom. */
export const receipt = (items: string[]): string => [...items, "Thank you!"].join("\n");
