import { env, exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";

/** A Worker of one module. */
const code = (main: string, more: Partial<WorkerLoaderWorkerCode> = {}): WorkerLoaderWorkerCode => ({
  compatibilityDate: "2026-01-01",
  mainModule: "main.js",
  modules: { "main.js": main },
  ...more,
});

const textOf = async (worker: WorkerStub) => (await worker.getEntrypoint().fetch("https://plugin.example/")).text();

describe("Worker Loader", () => {
  it("loads a Worker from code", async () => {
    expect(await textOf(env.PLUGINS.load(code("export default { fetch: () => new Response('loaded') };")))).toBe("loaded");
  });

  it("loads a Worker of a name once", async () => {
    const counting = () => code("let calls = 0; export default { fetch: () => new Response(String(++calls)) };");
    expect(await textOf(env.PLUGINS.get("counter", counting))).toBe("1");
    expect(await textOf(env.PLUGINS.get("counter", () => expect.unreachable()))).toBe("2");
  });

  it("takes modules of several kinds", async () => {
    const main = "import text from './note.txt'; import data from './data.json'; import legacy from './old.cjs';" +
      "export default { fetch: () => new Response(`${text} ${data.n} ${legacy.n}`) };";
    const modules = { "main.js": main, "note.txt": { text: "hi" }, "data.json": { json: { n: 1 } }, "old.cjs": { cjs: "exports.n = 2;" } };
    expect(await textOf(env.PLUGINS.load(code(main, { modules })))).toBe("hi 1 2");
  });

  it("gives a Worker its own env, and calls its entrypoints with props", async () => {
    const worker = env.PLUGINS.load(
      code(
        `import { WorkerEntrypoint } from "cloudflare:workers";
         export class Sum extends WorkerEntrypoint { add(n) { return n + this.env.base + this.ctx.props.bonus; } }`,
        { env: { base: 10 } },
      ),
    );
    const sum = worker.getEntrypoint("Sum", { props: { bonus: 100 } }) as unknown as { add(n: number): Promise<number> };
    expect(await sum.add(1)).toBe(111);
  });

  it("keeps a Worker off the network", async () => {
    await expect(exports.default.fetch("https://shop.example/plugins/spy")).rejects.toThrow("not permitted to access the internet");
  });

  it("says what is wrong with code that does not load, or throws", async () => {
    await expect(textOf(env.PLUGINS.load(code("export default {")))).rejects.toThrow("SyntaxError: Unexpected end of input");
    await expect(textOf(env.PLUGINS.load(code("export default { fetch() { throw new RangeError('too far'); } };")))).rejects.toThrow("too far");
  });

  it("serves the running Worker", async () => {
    const response = await exports.default.fetch("https://shop.example/plugins/upper", { method: "POST", body: "quiet" });
    expect(await response.text()).toBe("QUIET");
  });
});
