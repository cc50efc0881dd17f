interface HelloWorld {
  get(): Promise<{ value: string; ms?: number }>;
  set(value: string): Promise<void>;
}

declare namespace Cloudflare {
  interface Env {
    VISITS: RateLimit;
    ORDERS: RateLimit;
    ANALYTICS: AnalyticsEngineDataset;
    CLICKS: import("cloudflare:pipelines").Pipeline;
    FLAGS: Flagship;
    PAYMENT_KEY: SecretsStoreSecret;
    BACKUP_KEY: SecretsStoreSecret;
    VIDEOS: StreamBinding;
    PLUGINS: WorkerLoader;
    VERSION: WorkerVersionMetadata;
    HELLO: HelloWorld;
    TIMED_HELLO: HelloWorld;
  }
  interface GlobalProps {
    mainModule: typeof import("./index");
  }
}

interface Env extends Cloudflare.Env {}
