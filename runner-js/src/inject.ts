/** What esbuild injects for the free names `process` and `Buffer` in the bundled Vitest. */
export { process } from "./shims/process";
export { Buffer } from "node-internal:internal_buffer";
