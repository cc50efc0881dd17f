interface Env {
  IMAGES: ImagesBinding;
}

declare namespace Cloudflare {
  interface Env extends globalThis.Env {}
  interface GlobalProps {
    mainModule: typeof import("./index");
  }
}
