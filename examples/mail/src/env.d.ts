declare namespace Cloudflare {
  interface Env {
    TICKETS: KVNamespace;
    MAIL: SendEmail;
    OPERATOR: SendEmail;
    TEAM: SendEmail;
    NEWS: SendEmail;
  }
  interface GlobalProps {
    mainModule: typeof import("./index");
  }
}

interface Env extends Cloudflare.Env {}
