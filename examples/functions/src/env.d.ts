declare namespace Cloudflare {
  interface Env {
    FORECAST: Fetcher;
    ECHO: Fetcher;
    RELAY: Fetcher;
    STATIONS: Fetcher;
    STATIONS_URL: string;
  }
  interface GlobalProps {
    mainModule: typeof import("./index");
  }
}

interface Env extends Cloudflare.Env {}
