// Measures `wpt-gen gen` on a project of 200 modules: nothing changed, and one source edited. Writes its part of RESULTS.md.
//   node bench/gen.mjs [--binary <path>] [--rounds <n>] [--out <path>]
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, release } from "node:os";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { modules, testFiles, unitPath, writeGenProject } from "./gen-project.mjs";
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
if (!Number.isInteger(rounds) || rounds < 1) {
  console.error(`--rounds wants a whole number from 1, not ${values.rounds}`);
  process.exit(2);
}

const folder = join(workFolder, "gen");
writeGenProject(folder);
if (!existsSync(join(folder, "node_modules", "zod"))) {
  const { status } = spawnSync("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: folder, stdio: "inherit" });
  if (status !== 0) process.exit(1);
}

/** One run, in milliseconds of wall time, starting the process included. */
function run() {
  const start = process.hrtime.bigint();
  const { status, stdout, stderr } = spawnSync(binary, ["gen"], { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  const milliseconds = Number(process.hrtime.bigint() - start) / 1e6;
  if (status !== 0 || stderr !== "") {
    console.error(`${binary} gen ended with ${status}\n${stdout}${stderr}`);
    process.exit(1);
  }
  return milliseconds;
}

/** Changes a unit's function: its text moves down by a line, what it imports and exports stays. */
function editBody(round) {
  const path = join(folder, unitPath(round));
  writeFileSync(path, readFileSync(path, "utf8").replace("  let sum = ", `  // Edit ${round}.\n  let sum = ${round} + `));
}

/** Gives a unit one more export. */
function editExports(round) {
  const path = join(folder, unitPath(round));
  writeFileSync(path, `${readFileSync(path, "utf8")}export const added${round} = ${round};\n`);
}

/** Gives the main module a route. */
function editMain(round) {
  const path = join(folder, "src/index.ts");
  writeFileSync(path, readFileSync(path, "utf8").replace("\nexport default", `app.get("/${round}", (c) => c.text("${round}"));\n\nexport default`));
}

const cases = [
  ["nothing changed", () => {}],
  ["a function's body edited", editBody],
  ["an export added", editExports],
  ["a route added to the main module", editMain],
];

console.error(`cold: ${run().toFixed(1)} ms`);
const rows = cases.map(([title, change]) => {
  // So that each case starts from what was written above.
  writeGenProject(folder);
  run();
  run();
  const times = [];
  for (let round = 0; round < rounds; round++) {
    change(round);
    times.push(run());
  }
  times.sort((a, b) => a - b);
  const shown = [median(times), times[0], times.at(-1)].map((time) => `${time.toFixed(1)} ms`);
  console.error(`${title}: ${shown.join(", ")}`);
  return `| ${[title, ...shown].join(" | ")} |`;
});
writeGenProject(folder);

const args = process.argv.slice(2).map((arg) => (arg.startsWith("/") ? relative(process.cwd(), arg) : arg));
const section = `## \`gen\`

Made by \`${["node", "bench/gen.mjs", ...args].join(" ")}\`; do not edit.

\`wpt-gen gen\` on a project of ${modules} modules, ${testFiles} test files and five npm packages:

| | median | fastest | slowest |
|---|---|---|---|
${rows.join("\n")}

- Wall time of the process as Node's \`spawnSync\` sees it, ${rounds} runs of each, after the cache was filled.
- Machine: ${cpus().length} cores (${cpus()[0].model.trim()}), Linux ${release()}.
`;
writeSection(out, section);
