import { it } from "vitest";
import { nothing } from "../src/nothing";

it("is never run", () => nothing());
