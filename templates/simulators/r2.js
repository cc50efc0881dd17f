export { R2BucketObject } from "miniflare-r2.js";
