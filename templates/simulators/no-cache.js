export { default as NoCache } from "miniflare-no-cache.js";
