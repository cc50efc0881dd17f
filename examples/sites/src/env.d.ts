declare namespace Cloudflare {
  interface Env {
    __STATIC_CONTENT: KVNamespace;
  }
  interface GlobalProps {
    mainModule: typeof import("./index");
  }
}

interface Env extends Cloudflare.Env {}

declare module "__STATIC_CONTENT_MANIFEST" {
  /** JSON: keys of the namespace, by the files' paths. */
  const manifest: string;
  export default manifest;
}
