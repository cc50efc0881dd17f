declare namespace Cloudflare {
  interface Env {
    ASSETS: Fetcher;
    SITE: Fetcher;
  }
  interface GlobalProps {
    mainModule: typeof import("./index");
  }
}

interface Env extends Cloudflare.Env {}
