interface Env {
  DB: Hyperdrive;
}

declare namespace Cloudflare {
  interface Env extends globalThis.Env {}
  interface GlobalProps {
    mainModule: typeof import("./index");
  }
}
