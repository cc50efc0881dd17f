declare namespace Cloudflare {
  interface Env {
    BOOKS: Service<typeof import("../../books/src/index").Books>;
    LEDGERS: DurableObjectNamespace<import("../../books/src/index").Ledger>;
    SALES: Queue<import("../../books/src/index").Sale>;
  }
  interface GlobalProps {
    mainModule: typeof import("./index");
  }
}

interface Env extends Cloudflare.Env {}
