import { describe, expect, it } from "vitest";

const keys = (modules: Record<string, unknown>) => Object.keys(modules);
describe("import.meta.glob", () => {
  it("gives functions", async () => {
    const modules = import.meta.glob<{ name: string }>("../src/glob/*.ts");
    expect(keys(modules)).toEqual(["../src/glob/a.ts", "../src/glob/b.ts", "../src/glob/d.test-data.ts"]);
    expect((await modules["../src/glob/a.ts"]()).name).toBe("a");
  });
  it("gives modules", () => {
    const modules = import.meta.glob("../src/glob/*.ts", { eager: true });
    expect(modules).toMatchObject({ "../src/glob/a.ts": { name: "a", default: "default a" }, "../src/glob/b.ts": { name: "b" } });
  });
  it("gives exports", async () => {
    const eager = import.meta.glob<string>("../src/glob/*.ts", { eager: true, import: "name" });
    expect(eager).toEqual({ "../src/glob/a.ts": "a", "../src/glob/b.ts": "b", "../src/glob/d.test-data.ts": "d" });
    const late = import.meta.glob<string>("../src/glob/a.ts", { import: "default" });
    expect(await late["../src/glob/a.ts"]()).toBe("default a");
  });
  it("gives what a query asks for", async () => {
    const raw = import.meta.glob<string>("../src/glob/*.txt", { query: "?raw", import: "default", eager: true });
    expect(raw).toEqual({ "../src/glob/f.txt": "hello text\n" });
    const object = import.meta.glob<string>("../src/glob/f.txt", { query: { raw: "" }, import: "default" });
    expect(await object["../src/glob/f.txt"]()).toBe("hello text\n");
    const url = import.meta.glob<string>("../src/glob/*.json", { query: "url", import: "default", eager: true });
    expect(url).toEqual({ "../src/glob/e.json": "/src/glob/e.json" });
  });
  it("takes several patterns, and negative ones", () => {
    expect(keys(import.meta.glob(["../src/glob/**/*.ts", "!**/*.test-data.ts"]))).toEqual([
      "../src/glob/a.ts",
      "../src/glob/b.ts",
      "../src/glob/deep/c.ts",
    ]);
    expect(keys(import.meta.glob(["../src/glob/{a,b}.ts", "../src/data/*.json"]))).toEqual([
      "../src/data/list.json",
      "../src/data/plain.json",
      "../src/data/text.json",
      "../src/glob/a.ts",
      "../src/glob/b.ts",
    ]);
  });
  it("takes patterns from the root", () => {
    expect(keys(import.meta.glob("/src/glob/deep/*.ts"))).toEqual(["/src/glob/deep/c.ts"]);
  });
  it("takes aliases", () => {
    expect(keys(import.meta.glob("@lib/*.ts"))).toEqual(["/src/lib/answer.ts", "/src/lib/index.ts"]);
  });
  it("takes a base", async () => {
    expect(keys(import.meta.glob("./**/*.ts", { base: "../src/glob" }))).toEqual(["./a.ts", "./b.ts", "./d.test-data.ts", "./deep/c.ts"]);
  });
  it("gives json", () => {
    expect(import.meta.glob("../src/glob/*.json", { eager: true, import: "kind" })).toEqual({ "../src/glob/e.json": "json" });
  });
  it("gives nothing", () => {
    expect(import.meta.glob("../nothing/*.ts")).toEqual({});
  });
  it("leaves out the file itself", () => {
    expect(keys(import.meta.glob("./glob*.ts"))).toEqual([]);
  });
});
