import { describe, expect, it } from "vitest";
import { answer } from "@answer";
import { all, answer as viaIndex, text } from "@lib";
import logo from "../src/assets/logo.svg";
import dot from "../src/assets/dot.png";
import dotUrl from "../src/assets/dot.png?url";
import names from "../src/assets/names.module.css";
import plain from "../src/assets/plain.css?inline";
import plainRaw from "../src/assets/plain.css?raw";
import "../src/assets/plain.css";
import inlineLogo from "../src/assets/logo.svg?inline";
import note from "../src/assets/note.md?raw";
import codeRaw from "../src/lib/answer?raw";
import codeUrl from "../src/lib/answer.ts?url";
import json, { name, nested } from "../src/data/plain.json";
import list from "../src/data/list.json";
import justText from "../src/data/text.json" with { type: "json" };
import * as namespace from "../src/data/plain.json";

describe("aliases", () => {
  it("of test.alias", () => expect(answer).toBe(42));
  it("of resolve.alias", () => expect([viaIndex, text, all.default]).toEqual([42, "the answer", "the answer"]));
});
describe("json", () => {
  it("has a default export", () => expect(json.version).toBe(1));
  it("has named exports", () => expect([name, nested.deep]).toEqual(["plain", [true, null]]));
  it("has a namespace", () => expect(Object.keys(namespace).sort()).toEqual(["default", "name", "nested", "version"]));
  it("can be a list or text", () => expect([list, justText]).toEqual([[1, 2, 3], "just text"]));
  it("can be raw", async () => expect((await import("../src/data/list.json?raw")).default).toBe("[1, 2, 3]\n"));
  it("can be a URL", async () => expect((await import("../src/data/list.json?url")).default).toBe("/src/data/list.json"));
});
describe("assets", () => {
  it("are URLs", () => expect([dot, dotUrl, codeUrl]).toEqual(["/src/assets/dot.png", "/src/assets/dot.png", "/src/lib/answer.ts"]));
  it("are data URLs where they are small and SVG", () => expect(logo).toBe(inlineLogo));
  it("can be inlined", () => expect(inlineLogo).toMatchInlineSnapshot());
  it("can be raw", () => expect([note, codeRaw]).toEqual(["just text\n", 'export const answer = 42;\nexport default "the answer";\n']));
  it("can be inlined late", async () => expect((await import("../src/assets/dot.png?inline")).default).toMatchInlineSnapshot());
});
describe("css", () => {
  it("is empty", () => expect(plain).toBe(""));
  it("is empty even if it is raw", () => expect(plainRaw).toBe(""));
  it("has no default export of its own", async () => expect(await import("../src/assets/plain.css")).toMatchInlineSnapshot());
  it("of modules has class names", () => expect([names.title, names["sub-title"], names.missing]).toMatchInlineSnapshot());
});
describe("import()", () => {
  it("of a string", async () => expect((await import("../src/glob/a")).name).toBe("a"));
  it("of a template", async () => {
    const file = "b";
    expect((await import(`../src/glob/${file}.ts`)).name).toBe("b");
  });
  it("of what only run time knows", async () => {
    const path = ["..", "src", "glob", "a.ts"].join("/");
    expect((await import(path)).name).toBe("a");
    expect((await import(/* @vite-ignore */ path)).default).toBe("default a");
  });
  it("of what nothing else imports", async () => {
    const path = ["..", "src", "lone.ts"].join("/");
    expect((await import(path)).lone).toEqual({ name: "c", raw: "hello text\n" });
  });
  it("of an absolute path", async () => {
    const path = new URL("../src/glob/deep/c.ts", import.meta.url).pathname;
    expect((await import(path)).name).toBe("c");
  });
  it("of a file URL", async () => {
    expect((await import(new URL("../src/glob/deep/c.ts", import.meta.url).href)).name).toBe("c");
  });
  it("of what is not there", async () => {
    const path = "../src/not-there";
    await expect(import(path)).rejects.toThrow("Cannot find module '/src/not-there' imported from");
  });
  it("of a package that is not there", async () => {
    const name = "no-such-package";
    await expect(import(name)).rejects.toThrow("Cannot find package 'no-such-package' imported from");
  });
  it("fails a test that does not expect it", async () => {
    const path = "../src/not-there";
    await import(path);
  });
  it("fails a test with a string too", async () => {
    await import("../src/not-there");
  });
  it("fails a test with a package too", async () => {
    await import("no-such-package");
  });
});
