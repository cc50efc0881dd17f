/** `node:perf_hooks`: the global clock. */
const clock = performance;
export { clock as performance };
export default { performance: clock };
