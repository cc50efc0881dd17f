declare namespace Cloudflare {
  interface Env {
    SHELF: KVNamespace;
    PRINTS: Queue<import("./prints").Job>;
    PICKUPS: Queue<string>;
  }
  interface GlobalProps {
    mainModule: typeof import("./index");
  }
}

interface Env extends Cloudflare.Env {}
