// Miniflare's published router and the proxy in front of it, in one Worker: requests go to the assets or to the Worker,
// everything else goes to the Worker.
export { default } from "rpc-proxy.js";
export { RouterInnerEntrypoint, default as Router } from "router-worker.js";
