/** What wrangler.jsonc binds. */
interface Env {
  SETTINGS: KVNamespace;
  LOANS: D1Database;
  COVERS: R2Bucket;
  REMINDERS: Queue<string>;
  DESK: DurableObjectNamespace<import("./index").Desk>;
}

declare namespace Cloudflare {
  interface Env extends globalThis.Env {}
  interface GlobalProps {
    mainModule: typeof import("./index");
  }
}
