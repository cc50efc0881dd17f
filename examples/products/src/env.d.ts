declare namespace Cloudflare {
  interface Env {
    NOTES: KVNamespace;
    FILES: R2Bucket;
    DB: D1Database;
    ORDERS: Queue<string>;
    SHIPPING: Workflow<{ item: string }>;
    LIMIT: RateLimit;
    EVENTS: AnalyticsEngineDataset;
    MAIL: SendEmail;
    TOKEN: SecretsStoreSecret;
    CLICKS: { send(records: object[]): Promise<void> };
    POSTGRES: Hyperdrive;
    IMAGES: ImagesBinding;
    VIDEOS: { videos: { list(): Promise<unknown[]> } };
    FLAGS: { getBooleanValue(flag: string, fallback: boolean): Promise<boolean> };
    HELLO: { get(): Promise<{ value: string; ms?: number }>; set(value: string): Promise<void> };
    VERSION: WorkerVersionMetadata;
    LOADER: WorkerLoader;
    AI: Ai;
    INDEX: Vectorize;
    BROWSER: Fetcher;
    TENANTS: DispatchNamespace;
    CERTIFICATE: Fetcher;
  }
  interface GlobalProps {
    mainModule: typeof import("./index");
  }
}

interface Env extends Cloudflare.Env {}
