/** The package under a name of the peer's (`"@cloudflare/vitest-plugin": "file:…/wpt-gen"`), for projects that do not install the peer. */

/// <reference path="./index.d.ts" />

export * from "@cloudflare/vitest-pool-workers/config";
