import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";

/** Of each product, a call that its users make. */
const calls: [string, string, keyof Env, () => unknown][] = [
  ["AI Search", "searching", "MANUAL", () => env.MANUAL.search({ query: "How?" })],
  ["AI Search namespaces", "searching an instance", "MANUALS", () => env.MANUALS.get("manual").search({ query: "How?" })],
  ["Agent Memory", "recalling", "MEMORY", () => env.MEMORY.getProfile("agent").recall("What?")],
  ["Media Transformations", "a frame of a film", "MEDIA", () => env.MEDIA.input(new Blob(["film"]).stream()).transform({ width: 9 }).output({ mode: "frame" }).response()],
  ["Artifacts", "creating one", "ARTIFACTS", () => env.ARTIFACTS.create("build")],
];

for (const [product, deed, binding, call] of calls) {
  describe(product, () => {
    it(`refused: ${deed}, if no mock answers`, async () => {
      await expect((async () => call())()).rejects.toThrow(`Binding ${binding} needs to be run remotely`);
    });
  });
}

describe("AI Search", () => {
  it("answers as a mock does", async () => {
    const search = vi.spyOn(env.MANUAL, "search").mockResolvedValueOnce({ chunks: [] } as never);
    expect(await env.MANUAL.search({ query: "How?" })).toEqual({ chunks: [] });
    search.mockRestore();
  });
});
