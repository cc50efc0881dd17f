/** `node:perf_hooks`: the global clock. */
export const performance = globalThis.performance;
export default { performance };
