import wasm from "./pages.wasm";

const { pages } = new WebAssembly.Instance(wasm).exports as {
  pages(entries: number, perPage: number): number;
};

/** How many pages `entries` entries take. */
export function pageCount(entries: number, perPage: number): number {
  return pages(entries, perPage);
}
