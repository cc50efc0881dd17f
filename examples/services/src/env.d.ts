declare namespace Cloudflare {
  interface Env {
    COUNTER: Fetcher;
    SCALES: Service<typeof import("./index").Scales>;
    OUNCE_SCALES: Service<typeof import("./index").Scales>;
    STAMPS: Fetcher;
    CARRIER: Service<typeof import("../test/carrier").Carrier>;
  }
  interface GlobalProps {
    mainModule: typeof import("./index");
  }
}

interface Env extends Cloudflare.Env {}
