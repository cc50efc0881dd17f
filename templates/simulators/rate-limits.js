export { RateLimiterObject } from "miniflare-rate-limits.js";
