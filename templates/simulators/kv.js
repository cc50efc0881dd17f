export { KVNamespaceObject } from "miniflare-kv.js";
