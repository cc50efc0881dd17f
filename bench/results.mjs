// Turns measured runs into medians, ratios and the Markdown of RESULTS.md.
import { spawnSync } from "node:child_process";
import { cpus, release, totalmem } from "node:os";
import { interval } from "./measure.mjs";

export function median(values) {
  if (values.length === 0) {
    return undefined;
  }
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The medians of one side of one case, and the range of its wall times. */
export function summarize({ timed, memory }) {
  const walls = timed.map((run) => run.wall);
  return {
    wall: median(walls),
    fastest: Math.min(...walls),
    slowest: Math.max(...walls),
    cpu: median(timed.map((run) => run.cpu)),
    memory: median(memory.map((run) => run.memory)),
    processes: Math.max(...[...timed, ...memory].map((run) => run.processes)),
  };
}

const seconds = (value) => `${value.toFixed(value < 10 ? 3 : 1)} s`;
const mebibytes = (value) => `${Math.round(value / 2 ** 20)} MiB`;
const cell = (value, format) => (value === undefined ? "" : format(value));
const ratio = (peer, ours) => (peer === undefined || ours === undefined ? "" : `${(peer / ours).toFixed(1)}×`);

function row({ name, mode, tests, sides: { peer, ours } }) {
  const title = `${/^\d+$/.test(name) ? `${name} files` : name} (${tests} tests), ${mode}`;
  const group = (key, format) => [cell(peer?.[key], format), cell(ours?.[key], format), ratio(peer?.[key], ours?.[key])];
  const cells = [title, ...group("wall", seconds), ...group("cpu", seconds), ...group("memory", mebibytes)];
  return `| ${cells.join(" | ")} |`;
}

function rangeRow({ name, mode, sides }) {
  const range = (side) => (side === undefined ? "" : `${side.fastest.toFixed(3)} – ${side.slowest.toFixed(3)} s, ${side.processes}`);
  return `| ${name}, ${mode} | ${range(sides.peer)} | ${range(sides.ours)} |`;
}

function oursVersion(binary) {
  const { stdout } = spawnSync(binary, ["--version"], { encoding: "utf8" });
  return stdout?.trim() || "wpt-gen (no version)";
}

/** The whole of RESULTS.md. */
export function renderResults({ measured, versions, options, modes, command }) {
  const peerVersions = Object.entries(versions).map((entry) => entry.join(" "));
  const sideVersions = [...peerVersions, ...(options.sides.includes("ours") ? [oursVersion(options.binary)] : [])];
  const how = options.modes.map((mode) => {
    const { peer, ours } = modes[mode];
    return `- ${mode}: \`${["vitest run", ...peer].join(" ")}\` against \`${["wpt-gen test", ...ours].join(" ")}\``;
  });
  return `# Results

Made by \`${command}\`; do not edit.

| | wall: peer | ours | ratio | CPU: peer | ours | ratio | memory: peer | ours | ratio |
|---|---|---|---|---|---|---|---|---|---|
${measured.map(row).join("\n")}

Fastest and slowest wall time, and processes at the same time:

| | peer | ours |
|---|---|---|
${measured.map(rangeRow).join("\n")}

${how.join("\n")}
- Medians of ${options.rounds} timed runs, peer and ours in turn, after one warm-up each. Every run passed all its tests.
- CPU: user and system time of the whole process tree, as charged by the kernel when each process was waited for, or as last seen
  in /proc (looked at every ${interval.cpu} ms), whichever is more.
- Memory: the peak of the summed proportional set sizes of the tree (looked at every ${interval.memory} ms), median of ${options.memoryRounds} runs of their own.
- Machine: ${cpus().length} cores (${cpus()[0].model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}.
- Versions: ${sideVersions.join(", ")}.
`;
}
