declare namespace Cloudflare {
  interface Env {
    AI: Ai;
    NOTES: Vectorize;
    MANUAL: AiSearchInstance;
    MANUALS: AiSearchNamespace;
    MEMORY: any;
    BROWSER: Fetcher;
    MEDIA: MediaBinding;
    ARTIFACTS: any;
    BANK: Fetcher;
    LEDGER: Fetcher;
    OFFICE: Fetcher;
    TENANTS: DispatchNamespace;
    RENDERER: DurableObjectNamespace<import("./renderer").Renderer>;
  }
  interface GlobalProps {
    mainModule: typeof import("./index");
    durableNamespaces: "Renderer";
  }
}

interface Env extends Cloudflare.Env {}
