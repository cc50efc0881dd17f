import { expect, it } from "vitest";

it("passes", () => {});
it("fails first", () => expect(1).toBe(2));
it("comes after the failure", () => {});
