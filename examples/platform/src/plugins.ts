/** What users of the shop wrote: code that runs in a Worker of its own, without the network. */
const SOURCES: Record<string, string> = {
  upper: "export default { fetch: async (request) => new Response((await request.text()).toUpperCase()) };",
  spy: "export default { fetch: () => fetch('https://example.com/') };",
};

export async function runPlugin(loader: WorkerLoader, name: string, request: Request): Promise<Response> {
  const plugin = loader.get(name, () => ({
    compatibilityDate: "2026-01-01",
    mainModule: "plugin.js",
    modules: { "plugin.js": SOURCES[name] },
    globalOutbound: null,
  }));
  return plugin.getEntrypoint().fetch(request);
}
