import { describe } from "vitest";

describe("a suite without tests", () => {});
