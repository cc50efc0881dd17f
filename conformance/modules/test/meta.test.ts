import { expect, it } from "vitest";

const after = (path: string) => path.slice(path.lastIndexOf("/modules/") + "/modules/".length).replace(/^[^/]*\//, "");
it("knows where it is", () => {
  expect(after(import.meta.dirname)).toBe("test");
  expect(after(import.meta.filename)).toBe("test/meta.test.ts");
  expect(import.meta.url.startsWith("file:///")).toBe(true);
  expect(after(import.meta.url)).toBe("test/meta.test.ts");
  expect(after(__filename)).toBe("test/meta.test.ts");
  expect(after(__dirname)).toBe("test");
});
it("resolves", () => {
  expect(after(import.meta.resolve("../src/lib/answer.ts"))).toBe("src/lib/answer.ts");
  expect(after(new URL("../src/lib", import.meta.url).pathname)).toBe("src/lib");
});
it("has no tests of its own", () => {
  expect(import.meta.vitest).toBeUndefined();
});
it("has its keys", () => {
  expect(Object.keys(import.meta).sort()).toEqual(["dirname", "env", "filename", "main", "resolve", "url"]);
});
