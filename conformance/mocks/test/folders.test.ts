import { expect, it, vi } from "vitest";
import ms from "ms";
import { kind } from "../src/mocked";

vi.mock("../src/mocked");
vi.mock("ms");

it("finds the file beside", () => expect(kind()).toBe("from __mocks__"));
it("finds the root's", () => expect(ms("1s")).toBe("from the root's __mocks__"));
it("has the originals", async () => {
  expect((await vi.importActual<typeof import("../src/mocked")>("../src/mocked")).kind()).toBe("the original");
  expect((await vi.importMock<typeof import("../src/rates")>("../src/rates")).rate()).toBeUndefined();
});
it("is unmocked", async () => {
  vi.doUnmock("../src/mocked");
  vi.resetModules();
  expect((await import("../src/mocked")).kind()).toBe("the original");
});
