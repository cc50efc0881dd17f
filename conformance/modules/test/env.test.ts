import { expect, it, vi } from "vitest";

it("has Vite's variables", () => {
  const { MODE, DEV, PROD, SSR, BASE_URL } = import.meta.env;
  expect({ MODE, DEV, PROD, SSR, BASE_URL }).toMatchInlineSnapshot();
});
it("has those of the config and of files", () => {
  expect(import.meta.env.FROM_CONFIG).toBe("yes");
  expect(import.meta.env.VITE_FROM_CONFIG).toBe("also");
  expect(import.meta.env.SECRET_FROM_FILE).toBeUndefined();
  expect(import.meta.env.VITE_FROM_FILE).toMatchInlineSnapshot();
});
it("has Vitest's", () => {
  expect(import.meta.env.VITEST).toBe("true");
  expect(import.meta.env.TEST).toBe("true");
});
it("can be changed", () => {
  import.meta.env.VITE_NEW = "new";
  expect(import.meta.env.VITE_NEW).toBe("new");
  vi.stubEnv("VITE_NEW", "stubbed");
  vi.stubEnv("DEV", false);
  expect(import.meta.env.VITE_NEW).toBe("stubbed");
  expect(import.meta.env.DEV).toBe(false);
  vi.unstubAllEnvs();
  expect(import.meta.env.VITE_NEW).toBe("new");
  delete import.meta.env.VITE_NEW;
});
it("has defines", () => {
  expect(__VERSION__).toBe("1.2.3");
  expect(import.meta.env.BUILT).toBe("42");
  expect(__FLAGS__).toEqual({ a: true });
  expect(typeof __VERSION__).toBe("string");
});
declare const __VERSION__: string;
declare const __FLAGS__: { a: boolean };
