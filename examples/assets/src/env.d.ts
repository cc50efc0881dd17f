interface Env {
  ASSETS: Fetcher;
  SITE: Fetcher;
}

declare namespace Cloudflare {
  interface Env {
    ASSETS: Fetcher;
    SITE: Fetcher;
  }
}
