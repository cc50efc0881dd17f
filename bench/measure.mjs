// Runs one command to its end and measures wall time, CPU time and peak memory of its whole process tree.
//
// Wall and CPU time come from bash's `time`, to the millisecond: CPU is what the kernel charged for the process and for every
// descendant that was waited for. A descendant that nobody waited for is missing there, so the tree is also looked at through
// /proc while it runs, and the larger of the two sums counts. Memory is the sum of the proportional set sizes, which counts a
// page shared by two processes once; reading it disturbs, so it is read in runs of its own.
import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { ProcessTree } from "./process-tree.mjs";

/** Least milliseconds between two looks at the tree: for CPU time only, and for memory. Looking takes at most a quarter of the time. */
export const interval = { cpu: 50, memory: 20 };

// Descriptor 3 is ours alone; the command itself writes its errors to the real descriptor 2.
const script = `TIMEFORMAT='%3R %3U %3S'; { time "$@" 2>&4 3>&- 4>&-; } 4>&2 2>&3`;

/**
 * @param {string[]} command program and arguments
 * @param {{ cwd: string, env: NodeJS.ProcessEnv, memory?: boolean, timeoutSeconds?: number }} options
 * @returns exit code, output, `wall` and `cpu` in seconds, `memory` in bytes (0 unless asked for), number of `processes` at the
 *   same time, and the names of the processes `left` alive
 */
export async function measure(command, { cwd, env, memory = false, timeoutSeconds = 600 }) {
  const child = spawn("bash", ["-c", script, "bash", ...command], {
    cwd,
    env: { ...env, PWD: cwd, CI: "1", NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe", "pipe"],
    // A session of its own, by which the tree is known.
    detached: true,
  });
  const tree = new ProcessTree(child.pid);
  const text = { output: "", time: "" };
  const collect = (stream, key) => {
    stream.setEncoding("utf8");
    stream.on("data", (chunk) => {
      text[key] += chunk;
    });
  };
  collect(child.stdout, "output");
  collect(child.stderr, "output");
  collect(child.stdio[3], "time");

  let look;
  const lookAgain = () => {
    const start = performance.now();
    tree.sample({ memory });
    const cost = performance.now() - start;
    look = setTimeout(lookAgain, Math.max(memory ? interval.memory : interval.cpu, 3 * cost));
  };
  lookAgain();
  const kill = setTimeout(() => process.kill(-child.pid, "SIGKILL"), timeoutSeconds * 1000);
  const exitCode = await new Promise((resolve, reject) => {
    child.once("error", reject);
    // Not "close": a process left behind may hold the pipes open.
    child.once("exit", (code, signal) => resolve(code ?? signal));
  });
  clearTimeout(look);
  clearTimeout(kill);
  await sleep(100);
  // This look may also find the last CPU time of what is left.
  const left = tree.sample({ memory: false }).filter((stat) => stat.state !== "Z");
  const times = text.time.trim().split("\n").at(-1)?.split(" ").map(Number) ?? [];
  if (times.length !== 3 || times.some(Number.isNaN)) {
    throw new Error(`no time came back for ${command.join(" ")} (exit ${exitCode}):\n${text.output}${text.time}`);
  }
  const [wall, user, system] = times;
  return {
    exitCode,
    output: text.output,
    wall,
    cpu: Math.max(user + system, tree.cpuSeconds),
    cpuWaitedFor: user + system,
    memory: tree.peakPss,
    processes: tree.peakProcesses - 1, // without bash
    left: left.map((stat) => `${stat.name} (${stat.pid})`),
  };
}
