import { expect, it } from "vitest";

it("has its snapshot where the config says", () => expect({ a: 1 }).toMatchSnapshot());
