/** What a Vitest config imports from `wpt-gen/vitest`. */

/// <reference path="./index.d.ts" />

export * from "@cloudflare/vitest-plugin";
