export { default as Pipeline } from "miniflare-pipelines.js";
