import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";

// Once per test file. Applying them twice changes nothing.
await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
