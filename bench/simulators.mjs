// Measures what the simulators cost when workerd starts: its time on the CPU until it listens, which does not depend on what
// else the machine does. Writes its part of RESULTS.md.
//   node bench/simulators.mjs [--binary <path>] [--rounds <n>] [--out <path>]
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, release } from "node:os";
import { join, relative, resolve } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { benchFolder, repository, workFolder } from "./peer.mjs";
import { median } from "./results.mjs";
import { writeSection } from "./sections.mjs";

const { values } = parseArgs({
  options: {
    binary: { type: "string", default: join(repository, "target", "release", "wpt-gen") },
    rounds: { type: "string", default: "20" },
    out: { type: "string", default: join(benchFolder, "RESULTS.md") },
  },
});
const [binary, out, rounds] = [resolve(values.binary), resolve(values.out), Number(values.rounds)];
const workerd = join(repository, "node_modules", "@cloudflare", `workerd-${process.platform}-${process.arch === "arm64" ? "arm64" : "64"}`, "bin", "workerd");

/** Bindings as in a wrangler file, and sources that use what has no binding, by product. */
const PRODUCTS = {
  KV: [{ kv_namespaces: [{ binding: "NOTES", id: "notes" }] }],
  R2: [{ r2_buckets: [{ binding: "FILES", bucket_name: "files" }] }],
  D1: [{ d1_databases: [{ binding: "DB", database_name: "db", database_id: "db" }] }],
  Cache: [{}, "export const cache = () => caches.default;\n"],
  Queue: [{ queues: { producers: [{ binding: "ORDERS", queue: "orders" }], consumers: [{ queue: "orders" }] } }],
  "rate limit": [{ ratelimits: [{ name: "LIMIT", namespace_id: "1", simple: { limit: 10, period: 60 } }] }],
};
const CASES = [
  ["none", []],
  ...Object.keys(PRODUCTS).map((product) => [product, [product]]),
  ["all six", Object.keys(PRODUCTS)],
];

const CONFIG = `import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

export default defineConfig({ plugins: [cloudflareTest({ wrangler: { configPath: "./wrangler.json" } })] });
`;

/** A project with one test file that has these products; what workerd gets on stdin to run it. */
function compiled(title, products) {
  const folder = join(workFolder, "simulators", title.replace(" ", "-"));
  rmSync(folder, { recursive: true, force: true });
  const parts = products.map((product) => PRODUCTS[product]);
  const bindings = Object.assign({}, ...parts.map(([bindings]) => bindings));
  const handlers = "export default { fetch: () => new Response('hello'), queue() {} };\n";
  const files = {
    "wrangler.json": JSON.stringify({ name: "worker", main: "src/index.js", compatibility_date: "2026-08-04", ...bindings }),
    "vitest.config.js": CONFIG,
    "src/index.js": handlers + parts.map(([, source = ""]) => source).join(""),
    "test/a.test.js": "import { it } from 'vitest';\nit('passes', () => {});\n",
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  run(binary, ["gen"], folder);
  return { folder, config: run(workerd, ["compile", "--config-only", ".wpt/workerd.capnp"], folder) };
}

function run(command, args, cwd) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, stdio: ["ignore", "pipe", "pipe"], maxBuffer: 2 ** 30 });
  if (status !== 0) {
    console.error(`${command} ${args.join(" ")} ended with ${status}\n${stdout.subarray(0, 2000)}${stderr}`);
    process.exit(1);
  }
  return stdout;
}

/** Starts workerd; milliseconds on the CPU, of all its threads, until it listens. */
async function startUp({ folder, config }) {
  const child = spawn(workerd, ["serve", "--binary", "--experimental", "--control-fd=1", "-"], {
    cwd: folder,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.stdin.end(config);
  let cpu;
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.includes('"event":"listen"')) continue;
    cpu = onCpu(child.pid);
    child.kill("SIGKILL");
    break;
  }
  await ended;
  if (cpu === undefined) throw new Error("workerd ended before it listened");
  return cpu;
}

function onCpu(pid) {
  const tasks = readdirSync(`/proc/${pid}/task`);
  const nanoseconds = tasks.map((task) => Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, "utf8").split(" ")[0]));
  return nanoseconds.reduce((sum, time) => sum + time, 0) / 1e6;
}

const measured = CASES.map(([title, products]) => ({ title, start: compiled(title, products), times: [] }));
// In turn, so that what changes with time changes all.
for (let round = 0; round < rounds; round++) {
  for (const { start, times } of measured) times.push(await startUp(start));
}
const [none] = measured;
const rows = measured.map(({ title, start, times }) => {
  const shown = [median(times), median(times) - median(none.times), Math.min(...times)].map((time) => `${time.toFixed(1)} ms`);
  const row = [title, ...shown, `${Math.round(start.config.length / 1024)} KiB`].join(" | ");
  console.error(row);
  return `| ${row} |`;
});

const args = process.argv.slice(2).map((arg) => (arg.startsWith("/") ? relative(process.cwd(), arg) : arg));
writeSection(
  out,
  `## Start-up of the simulators

Made by \`${["node", "bench/simulators.mjs", ...args].join(" ")}\`; do not edit.

A project with one test file, by the products that it is bound to:

| products | on the CPU until workerd listens | more than with none | least | configuration |
|---|---|---|---|---|
${rows.join("\n")}

- \`/proc/PID/task/*/schedstat\` of workerd, medians of ${rounds} runs of each, in turn. Such time does not depend on what else runs.
- Machine: ${cpus().length} cores (${cpus()[0].model.trim()}), Linux ${release()}.
`,
);
