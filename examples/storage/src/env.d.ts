declare namespace Cloudflare {
  interface Env {
    SESSIONS: KVNamespace;
    SETTINGS: KVNamespace;
    FILES: R2Bucket;
    CATALOG: D1Database;
    MIGRATIONS: import("cloudflare:test").D1Migration[];
  }
  interface GlobalProps {
    mainModule: typeof import("./index");
  }
}

interface Env extends Cloudflare.Env {}
