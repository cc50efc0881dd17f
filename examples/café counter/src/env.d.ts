declare namespace Cloudflare {
  interface Env {
    TABS: DurableObjectNamespace<import("./index").Tab>;
    LEDGERS: DurableObjectNamespace<import("./index").Ledger>;
    BELLS: DurableObjectNamespace<import("./index").Bell>;
  }
  interface GlobalProps {
    mainModule: typeof import("./index");
    durableNamespaces: "Tab" | "Ledger" | "Bell";
  }
}

interface Env extends Cloudflare.Env {}
