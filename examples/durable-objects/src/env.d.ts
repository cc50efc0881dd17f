import type { Counter } from "./counter";
import type { Journal } from "./journal";
import type { Reminder } from "./reminder";
import type { Room } from "./room";
import type { Ticker } from "./ticker";
import type { Vault } from "./vault";

declare global {
  namespace Cloudflare {
    interface Env {
      ROOMS: DurableObjectNamespace<Room>;
      TICKERS: DurableObjectNamespace<Ticker>;
      JOURNALS: DurableObjectNamespace<Journal>;
      DIARIES: DurableObjectNamespace<Journal>;
      VAULTS: DurableObjectNamespace<Vault>;
      COUNTERS: DurableObjectNamespace<Counter>;
      REMINDERS: DurableObjectNamespace<Reminder>;
    }
    interface GlobalProps {
      mainModule: typeof import("./index");
    }
  }
}
