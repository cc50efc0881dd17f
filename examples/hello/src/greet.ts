export interface Hours {
  from: number;
  to: number;
}

/** True if `hour` (0-23) lies in `hours`, which may span midnight. */
export function isQuiet(hour: number, hours: Hours): boolean {
  return hours.from <= hours.to
    ? hour >= hours.from && hour < hours.to
    : hour >= hours.from || hour < hours.to;
}

/** A greeting for `name`, in a low voice during the quiet hours. */
export function greet(greeting: string, name: string, quiet = false): string {
  const text = `${greeting}, ${name.trim() || "stranger"}!`;
  return quiet ? text.toLowerCase().replace("!", ".") : text;
}
