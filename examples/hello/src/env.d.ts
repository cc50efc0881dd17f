declare namespace Cloudflare {
  interface Env {
    GREETING: string;
    QUIET_HOURS: { from: number; to: number };
  }
  interface GlobalProps {
    mainModule: typeof import("./index");
  }
}

interface Env extends Cloudflare.Env {}
