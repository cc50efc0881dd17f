import { it } from "vitest";

it("has no snapshots any more", () => {});
