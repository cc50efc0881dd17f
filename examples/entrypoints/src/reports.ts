import { WorkerEntrypoint } from "cloudflare:workers";

/** Reached by an alias of the wrangler file, and renamed by who exports it. */
export class Reports extends WorkerEntrypoint {
  title(): string {
    return "Sales";
  }
}
