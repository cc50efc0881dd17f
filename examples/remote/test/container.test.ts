import { runInDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";

describe("Containers", () => {
  it("differs: a class with a container loads, and has one to be mocked", async () => {
    const renderer = env.RENDERER.getByName("only");
    await runInDurableObject(renderer, (_, { container }) => {
      vi.spyOn(container!, "running", "get").mockReturnValue(false);
      vi.spyOn(container!, "start").mockReturnValue();
      vi.spyOn(container!, "getTcpPort").mockReturnValue({ fetch: async () => new Response("<h1>Rendered</h1>") } as never);
    });
    const response = await exports.default.fetch("https://assistant.example/render");
    expect(await response.text()).toBe("<h1>Rendered</h1>");
    expect(await renderer.pages()).toBe(1);
  });

  it("refused: asking a container whether it runs, starting it, or reaching it", async () => {
    const renderer = env.RENDERER.getByName("real");
    await expect(renderer.fetch("https://assistant.example/render")).rejects.toThrow(
      "The container of `Renderer` (registry.cloudflare.com/renderer:1) does not run in tests.",
    );
    await runInDurableObject(renderer, async (_, { container }) => {
      expect(() => container!.running).toThrow("does not run in tests");
      await expect(container!.monitor()).rejects.toThrow("does not run in tests");
      await expect(container!.getTcpPort(8080).fetch("http://renderer/")).rejects.toThrow("does not run in tests");
    });
  });

  it("keep what the object stores, whatever comes of the container", async () => {
    const renderer = env.RENDERER.getByName("counted");
    await renderer.fetch("https://assistant.example/render").catch(() => {});
    expect(await renderer.pages()).toBe(1);
  });
});
