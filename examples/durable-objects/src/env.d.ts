import type { Counter } from "./counter";
import type { Room } from "./room";

declare global {
  namespace Cloudflare {
    interface Env {
      ROOMS: DurableObjectNamespace<Room>;
      COUNTERS: DurableObjectNamespace<Counter>;
    }
    interface GlobalProps {
      mainModule: typeof import("./index");
    }
  }
}
