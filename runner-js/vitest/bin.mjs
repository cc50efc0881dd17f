#!/usr/bin/env node
/** The command `wpt-gen` of the npm package. */
import { spawnSync } from "node:child_process";
import { constants } from "node:os";
import { findBinary } from "./binary.mjs";

// Both get what a terminal sends; this process only waits.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => {});
const { status, signal, error } = spawnSync(findBinary(), process.argv.slice(2), { stdio: "inherit" });
if (error) throw error;
process.exitCode = status ?? 128 + constants.signals[signal];
