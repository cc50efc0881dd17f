declare namespace Cloudflare {
  interface Env {
    TITLE: string;
    CACHE: KVNamespace;
    DB: D1Database;
    API: Fetcher;
    MODERATION: Service<typeof import("./index").Moderation>;
    TEST_MIGRATIONS: import("cloudflare:test").D1Migration[];
  }
  interface GlobalProps {
    mainModule: typeof import("./index");
  }
}

interface Env extends Cloudflare.Env {}

declare module "*.sql" {
  const text: string;
  export default text;
}
declare module "*.txt" {
  const text: string;
  export default text;
}
declare module "*?raw" {
  const text: string;
  export default text;
}
declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}
