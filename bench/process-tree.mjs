// Watches a process and all its descendants through Linux's /proc: CPU time, memory, and what is left over at the end.
import { readdirSync, readFileSync } from "node:fs";

/** Clock ticks in a second of /proc/<pid>/stat; 100 on every Linux that Node.js runs on. */
const ticksPerSecond = 100;

/** One line of /proc/<pid>/stat, or `undefined` if the process is gone. */
function readStat(pid) {
  let text;
  try {
    text = readFileSync(`/proc/${pid}/stat`, "latin1");
  } catch {
    return undefined;
  }
  // The name is in parentheses and may contain anything; what follows it is numbers.
  const name = text.slice(text.indexOf("(") + 1, text.lastIndexOf(")"));
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return {
    pid,
    name,
    state: fields[0],
    parent: Number(fields[1]),
    session: Number(fields[3]),
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
    startedAt: Number(fields[19]),
  };
}

/** Proportional set size in bytes: private pages, and this process's share of the shared ones. */
function readPss(pid) {
  try {
    return Number(/^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "latin1"))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/**
 * The descendants of `root`, which must lead a session of its own: a process stays one if its parent dies, or if it starts
 * a session while its parent lives.
 */
export class ProcessTree {
  #root;
  /** pid -> the last that was seen of it. A pid that comes back with another start time is another process. */
  #seen = new Map();
  /** CPU seconds of processes whose pid was used again. */
  #replaced = 0;
  peakPss = 0;
  peakProcesses = 0;

  constructor(root) {
    this.#root = root;
  }

  /** Looks once. Memory is read only if asked for: it takes the kernel a walk through each process's pages. */
  sample({ memory }) {
    const all = [];
    for (const entry of readdirSync("/proc")) {
      if (entry[0] >= "1" && entry[0] <= "9") {
        const stat = readStat(Number(entry));
        if (stat !== undefined) {
          all.push(stat);
        }
      }
    }
    const tree = new Map();
    for (let before = -1; before !== tree.size; ) {
      before = tree.size;
      for (const stat of all) {
        if (!tree.has(stat.pid) && this.#belongs(stat, tree)) {
          tree.set(stat.pid, stat);
        }
      }
    }
    for (const stat of tree.values()) {
      const known = this.#seen.get(stat.pid);
      if (known !== undefined && known.startedAt !== stat.startedAt) {
        this.#replaced += known.cpuSeconds;
      }
      this.#seen.set(stat.pid, stat);
    }
    this.peakProcesses = Math.max(this.peakProcesses, tree.size);
    if (memory) {
      let pss = 0;
      for (const pid of tree.keys()) {
        pss += readPss(pid);
      }
      this.peakPss = Math.max(this.peakPss, pss);
    }
    return [...tree.values()];
  }

  #belongs(stat, tree) {
    return (
      stat.pid === this.#root ||
      stat.session === this.#root ||
      tree.has(stat.parent) ||
      this.#seen.get(stat.pid)?.startedAt === stat.startedAt
    );
  }

  /** CPU seconds of every process ever seen, each as of the last look at it. */
  get cpuSeconds() {
    let sum = this.#replaced;
    for (const stat of this.#seen.values()) {
      sum += stat.cpuSeconds;
    }
    return sum;
  }
}
