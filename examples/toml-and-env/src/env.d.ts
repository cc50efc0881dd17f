interface Env {
  STAGE: "production" | "staging";
  MAX_NOTICES: number;
  NOTICES: KVNamespace;
  /** Staging only. */
  DRAFTS?: KVNamespace;
  COLOURS?: Record<string, string>;
  /** From `.dev.vars`; a secret when deployed. */
  API_TOKEN: string;
  STAGE_BANNER?: string;
}

declare namespace Cloudflare {
  interface Env extends globalThis.Env {}
}

declare module "cloudflare:test" {
  interface ProvidedEnv extends Env {}
}
