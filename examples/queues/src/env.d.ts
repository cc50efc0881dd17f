declare namespace Cloudflare {
  interface Env {
    SHELF: KVNamespace;
    PRINTS: Queue<import("./prints").Job>;
    SCANS: Queue;
    PICKUPS: Queue<string>;
    INVOICES: Queue<{ number: number; signed: boolean }>;
  }
  interface GlobalProps {
    mainModule: typeof import("./index");
  }
}

interface Env extends Cloudflare.Env {}
