// V8's own functions, for `wpt-gen test --coverage` (runner-js/src/coverage.ts). Only a process with `--allow-natives-syntax` can read this.
export const start = () => {
  %DebugTogglePreciseCoverage(true);
  %DebugToggleBlockCoverage(true);
};
export const take = () => %DebugCollectCoverage();
