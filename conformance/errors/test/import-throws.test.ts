import { it } from "vitest";
import "../src/throws";

it("is never run", () => {});
