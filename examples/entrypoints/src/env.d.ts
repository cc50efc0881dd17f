declare module "shop:reports" {
  export { Reports } from "./reports";
}

declare module "virtual:release" {
  import { WorkerEntrypoint } from "cloudflare:workers";
  export class Release extends WorkerEntrypoint {
    version(): string;
  }
}

declare namespace Cloudflare {
  interface Env {
    LOG: KVNamespace;
    BASKETS: Service<typeof import("./basket").Baskets>;
    STATUS: Fetcher;
    PRICES: Fetcher;
    STOCK: DurableObjectNamespace<import("./stock").Stock>;
  }
  interface GlobalProps {
    mainModule: typeof import("./index");
    durableNamespaces: "Stock" | "Archive";
  }
}
