import escapeHtml from "escape-html";
import type { Entry } from "./entries";
import { pageCount } from "./pages";
import limits from "./limits.json";
import welcome from "./welcome.txt";

/** One page of the book as HTML; what guests wrote is escaped. */
export function renderPage(title: string, entries: Entry[], total: number): string {
  const items = entries.map(
    (entry) => `<li><b>${escapeHtml(entry.name)}</b>: ${escapeHtml(entry.message)}</li>`,
  );
  return [
    `<h1>${escapeHtml(title)}</h1>`,
    `<p>${welcome.trim()}</p>`,
    `<ul>${items.join("")}</ul>`,
    `<p>${total} entries, ${pageCount(total, limits.perPage)} pages</p>`,
  ].join("\n");
}
