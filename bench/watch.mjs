// Measures watch mode on the project of `bench/gen.mjs`: from an edit to the line of its result, and what many runs leave over:
// memory, processes, open files, folders. Writes its part of RESULTS.md; exit 1 if a median is over the budget, or something is left.
//   node bench/watch.mjs [--binary <path>] [--rounds <n>] [--out <path>]
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { cpus, release } from "node:os";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { modules, testFiles, unitPath, writeGenProject } from "./gen-project.mjs";
import { benchFolder, repository, workFolder } from "./peer.mjs";
import { median } from "./results.mjs";
import { writeSection } from "./sections.mjs";

/** Milliseconds from an edit to its result. */
const BUDGET = 150;
/** How much larger the process may be after all runs than after the first tenth of them. */
const GROWTH = 1.1;
const WAITING = "file changes...\n";
const SHARED_MEMORY = "/dev/shm";

const { values } = parseArgs({
  options: {
    binary: { type: "string", default: join(repository, "target", "release", "wpt-gen") },
    rounds: { type: "string", default: "200" },
    out: { type: "string", default: join(benchFolder, "RESULTS.md") },
  },
});
const [binary, out, rounds] = [resolve(values.binary), resolve(values.out), Number(values.rounds)];
if (!Number.isInteger(rounds) || rounds < 20) {
  console.error(`--rounds wants a whole number from 20, not ${values.rounds}`);
  process.exit(2);
}

const folder = join(workFolder, "watch");
writeGenProject(folder);
// What the units add up to is not what these tests are about.
for (let index = 0; index < testFiles; index++) {
  const unit = unitPath(index).slice(0, -3);
  writeFileSync(
    join(folder, `test/unit-${String(index).padStart(3, "0")}.test.ts`),
    `import { expect, it } from "vitest";\nimport { label, total } from "../${unit}";\n\nit("labels", () => {\n  expect(label(" Name ")).toContain("name");\n  expect(total([])).toBeGreaterThanOrEqual(0);\n});\n`,
  );
}
if (!existsSync(join(folder, "node_modules", "zod"))) {
  const { status } = spawnSync("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: folder, stdio: "inherit" });
  if (status !== 0) process.exit(1);
}

const child = spawn(binary, ["test", "--watch"], { cwd: folder, env: { ...process.env, NO_COLOR: "1" }, stdio: ["ignore", "pipe", "inherit"] });
let said = "";
let heard = () => {};
child.stdout.setEncoding("utf8").on("data", (text) => {
  said += text;
  heard();
});
child.once("exit", (code, signal) => {
  if (!isOver) fail(`wpt-gen ended with ${code ?? signal}\n${said}`);
});
let isOver = false;

function fail(message) {
  isOver = true;
  child.kill("SIGKILL");
  console.error(message);
  process.exit(1);
}

/** Waits until it says `text`; gives the time and forgets what came before. */
async function until(text) {
  const limit = setTimeout(() => fail(`waited too long for ${JSON.stringify(text)}\n${said}`), 120_000);
  while (!said.includes(text)) await new Promise((wake) => (heard = wake));
  const time = performance.now();
  clearTimeout(limit);
  said = said.slice(said.indexOf(text) + text.length);
  return time;
}

function change(path, from, to) {
  const file = join(folder, path);
  const text = readFileSync(file, "utf8");
  const changed = text.replace(from, to);
  if (changed === text) fail(`${path} does not have ${from}`);
  writeFileSync(file, changed);
}

const cases = [
  { title: "a test file", files: 1, edit: (round) => change("test/unit-005.test.ts", /\n?$/, `\n// Edit ${round}.\n`) },
  { title: "a module that one test file reaches", files: 1, edit: (round) => change(unitPath(23), /let sum = /, `// Edit ${round}.\n  let sum = `) },
];

/** Milliseconds from the edit to the line of its test file, and to the end of the run. */
async function measure({ edit }, round) {
  const start = performance.now();
  edit(round);
  const result = (await until(" ✓ test/")) - start;
  const end = (await until(WAITING)) - start;
  return { result, end };
}

const status = () => readFileSync(`/proc/${child.pid}/status`, "utf8");
const left = () => ({
  memory: Number(/^VmRSS:\s+(\d+) kB$/m.exec(status())[1]) / 1024,
  files: readdirSync(`/proc/${child.pid}/fd`).length,
  threads: Number(/^Threads:\s+(\d+)$/m.exec(status())[1]),
  processes: readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "utf8").split(" ").filter(Boolean).length,
  folders: existsSync(SHARED_MEMORY) ? readdirSync(SHARED_MEMORY).filter((name) => name.startsWith(`wpt-gen-${child.pid}-`)).length : 0,
});

await until(WAITING);
const times = cases.map(() => []);
let early;
for (let round = 0; round < rounds; round++) {
  const index = round % cases.length;
  times[index].push(await measure(cases[index], round));
  if (round + 1 === Math.floor(rounds / 10)) early = left();
}
const late = left();
isOver = true;
child.kill("SIGINT");
await new Promise((ended) => child.once("exit", ended));

const milliseconds = (time) => `${time.toFixed(0)} ms`;
let isGood = true;
const rows = cases.map(({ title }, index) => {
  const results = times[index].map(({ result }) => result);
  const ends = times[index].map(({ end }) => end);
  isGood &&= median(results) <= BUDGET;
  const shown = [median(results), Math.min(...results), Math.max(...results), median(ends)].map(milliseconds);
  console.error(`${title}: result ${shown[0]} (${shown[1]} to ${shown[2]}), end ${shown[3]}`);
  return `| ${[title, ...shown].join(" | ")} |`;
});
const kept = ["files", "threads", "processes", "folders"].filter((name) => late[name] > early[name]);
const isFlat = late.memory <= GROWTH * early.memory;
for (const [when, { memory, files, threads, processes, folders }] of Object.entries({ early, late })) {
  console.error(`${when}: ${memory.toFixed(1)} MB, ${files} open files, ${threads} threads, ${processes} child processes, ${folders} folders`);
}

const args = process.argv.slice(2).map((arg) => (arg.startsWith("/") ? relative(process.cwd(), arg) : arg));
const row = (when, { memory, files, threads, processes, folders }) => `| ${[when, `${memory.toFixed(1)} MB`, files, threads, processes, folders].join(" | ")} |`;
writeSection(
  out,
  `## Watch mode

Made by \`${["node", "bench/watch.mjs", ...args].join(" ")}\`; do not edit.

From an edit to what \`wpt-gen test --watch\` says of it, on a project of ${modules} modules, ${testFiles} test files and five npm packages:

| edited | line of the result | least | most | end of the run |
|---|---|---|---|---|
${rows.join("\n")}

What the process has while it waits:

| | memory | open files | threads | child processes | folders in \`${SHARED_MEMORY}\` |
|---|---|---|---|---|---|
${row(`after ${Math.floor(rounds / 10)} runs`, early)}
${row(`after ${rounds} runs`, late)}

- Medians of ${Math.floor(rounds / cases.length)} edits each.
- Machine: ${cpus().length} cores (${cpus()[0].model.trim()}), Linux ${release()}.
`,
);
if (!isGood) console.error(`a result must be there within ${BUDGET} ms`);
if (!isFlat) console.error(`memory must not grow by more than ${((GROWTH - 1) * 100).toFixed(0)} %`);
if (kept.length > 0) console.error(`left over: ${kept.join(", ")}`);
if (!isGood || !isFlat || kept.length > 0) process.exit(1);
