declare namespace Cloudflare {
  interface Env {
    LEDGER: KVNamespace;
    BOOKINGS: Workflow<import("./booking").Trip>;
    HOTEL: Fetcher;
    VISAS: Workflow<{ name: string }>;
    REMINDERS: Workflow<{ at: number }>;
    CLEANING: Workflow<{ rooms: string[] }>;
  }
  interface GlobalProps {
    mainModule: typeof import("./index");
  }
}

interface Env extends Cloudflare.Env {}
