import { area } from "../src/shapes.js";

test("is a module with another name", () => expect(area({ kind: "square", side: 2 })).toBe(4));
