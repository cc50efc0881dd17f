/** `wpt-gen/vitest`: what a Vitest config imports. */
export { cloudflarePool, cloudflareTest } from "./plugin.mjs";
export { buildPagesASSETSBinding, readD1Migrations } from "../node/config-shim.mjs";
