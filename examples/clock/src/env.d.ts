declare namespace Cloudflare {
  interface Env {
    SESSIONS: KVNamespace;
    RECEIPTS: R2Bucket;
    REMINDERS: Queue<import("./reminders").Reminder>;
    AUCTIONS: DurableObjectNamespace<import("./auction").Auction>;
    LOGINS: RateLimit;
  }
  interface GlobalProps {
    mainModule: typeof import("./index");
  }
}

interface Env extends Cloudflare.Env {}
