import { SELF } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import limits from "../src/limits.json";
import source from "../src/pages.ts?raw";
import { pageCount } from "../src/pages";
import wasm from "../src/pages.wasm";
import listEntries from "../src/queries/list.sql";
import welcome from "../src/welcome.txt";

describe("Imports of files", () => {
  it("imports .txt and .sql files as text", () => {
    expect(welcome).toBe("Be kind; leave a line.\n");
    expect(listEntries).toMatch(/^SELECT id, name/);
  });

  it("imports .json as a value", () => {
    expect(limits).toEqual({ name: 40, message: 280, perPage: 3 });
  });

  it("imports .wasm as a module, used by the Worker's own code", () => {
    expect(wasm).toBeInstanceOf(WebAssembly.Module);
    expect(WebAssembly.Module.exports(wasm)).toEqual([{ name: "pages", kind: "function" }]);
    expect([0, 1, 3, 4, 7].map((entries) => pageCount(entries, 3))).toEqual([0, 1, 1, 2, 3]);
  });

  it("imports any file as its text with ?raw", async () => {
    expect(source).toContain('import wasm from "./pages.wasm";');
    const response = await SELF.fetch("https://guestbook.test/rules");
    expect(await response.text()).toBe("1. One line each.\n2. No <script>, please.\n");
  });
});
