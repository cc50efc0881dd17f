declare namespace Cloudflare {
  interface Env {
    ASSETS: Fetcher;
    VIEWS: KVNamespace;
  }
}

interface Env extends Cloudflare.Env {}

/** What the middleware leaves for the functions after it. */
type Visit = { language: string };
