import { env, exports } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";

afterEach(() => void vi.restoreAllMocks());

describe("Workers AI", () => {
  it("answers as a mock does, in the running Worker too", async () => {
    const run = vi.spyOn(env.AI, "run").mockImplementation(async (model) => (model.includes("bge") ? { data: [[1, 2]] } : { response: "42" }) as never);
    vi.spyOn(env.NOTES, "query").mockResolvedValue({ matches: [{ id: "note-1", score: 1 }], count: 1 });
    const response = await exports.default.fetch("https://assistant.example/ask?question=Why");
    expect(await response.json()).toEqual({ answer: "42", sources: ["note-1"] });
    expect(run).toHaveBeenLastCalledWith("@cf/meta/llama-3.1-8b-instruct", { messages: [{ role: "user", content: "Why\nnote-1" }] });
  });

  it("can be replaced in env", async () => {
    const original = env.AI;
    env.AI = { run: async () => ({ data: [[]], response: "replaced" }) } as never;
    vi.spyOn(env.NOTES, "query").mockResolvedValue({ matches: [], count: 0 });
    const response = await exports.default.fetch("https://assistant.example/ask");
    env.AI = original;
    expect(await response.json()).toEqual({ answer: "replaced", sources: [] });
  });

  it("refused: calls that no mock answers", async () => {
    const message = "Binding AI needs to be run remotely";
    await expect(env.AI.run("@cf/baai/bge-m3", { text: [""] })).rejects.toThrow(message);
    await expect(env.AI.models()).rejects.toThrow(message);
    await expect(env.AI.toMarkdown().supported()).rejects.toThrow(message);
    await expect(env.AI.gateway("gateway").getUrl("openai")).rejects.toThrow(message);
    await expect(exports.default.fetch("https://assistant.example/ask")).rejects.toThrow(message);
  });
});

describe("Vectorize", () => {
  it("answers as a mock does", async () => {
    vi.spyOn(env.NOTES, "getByIds").mockResolvedValue([{ id: "note-1", values: [1] }]);
    expect(await env.NOTES.getByIds(["note-1"])).toEqual([{ id: "note-1", values: [1] }]);
  });

  it("refused: calls that no mock answers", async () => {
    const message = "Binding NOTES needs to be run remotely";
    await expect(env.NOTES.query([1])).rejects.toThrow(message);
    await expect(env.NOTES.insert([{ id: "1", values: [1] }])).rejects.toThrow(message);
    await expect(env.NOTES.describe()).rejects.toThrow(message);
  });
});
