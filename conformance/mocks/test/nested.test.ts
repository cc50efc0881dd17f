import { it, vi } from "vitest";

it("mocks where nothing can be mocked any more", () => {
  vi.mock("../src/rates", () => ({}));
});
