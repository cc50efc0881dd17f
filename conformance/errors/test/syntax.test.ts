import { it } from "vitest";

it("is never run", () => {
