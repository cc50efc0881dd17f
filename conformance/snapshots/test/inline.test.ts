import { describe, expect, it } from "vitest";

const changed = import.meta.env.VITE_CHANGED === "yes";

it("is written", () => {
  expect({ a: 1, b: ["x"] }).toMatchInlineSnapshot();
  expect("one line").toMatchInlineSnapshot();
  expect("two\nlines with `ticks` and ${braces}").toMatchInlineSnapshot();
});
it("is there", () => {
  expect(1).toMatchInlineSnapshot(`1`);
  expect({ a: 1 }).toMatchInlineSnapshot(`
    {
      "a": 1,
    }
  `);
});
describe("below", () => {
  it("is written in its place", async () => {
    await expect(Promise.resolve({ deep: true })).resolves.toMatchInlineSnapshot();
    expect(() => {
      throw new Error("a message");
    }).toThrowErrorMatchingInlineSnapshot();
    expect({ id: Math.random() }).toMatchInlineSnapshot({ id: expect.any(Number) });
  });
  it("changes", () => {
    expect(changed ? "after" : "before").toMatchInlineSnapshot();
  });
});
it("matches a file", async () => {
  await expect("<p>text</p>\n").toMatchFileSnapshot("./files/page.html");
  await expect(changed ? "after" : "before").toMatchFileSnapshot("files/changes.txt");
});
it("fails softly", () => {
  expect.soft(1).toMatchInlineSnapshot(`2`);
});
