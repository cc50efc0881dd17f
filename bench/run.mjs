// Measures the peer and wpt-gen side by side and writes RESULTS.md. `node bench/run.mjs --help` lists the options.
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { generateProject, testsPerFile } from "./generate.mjs";
import { measure } from "./measure.mjs";
import { benchFolder, copyProject, preparePeer, repository, workFolder } from "./peer.mjs";
import { renderResults, summarize } from "./results.mjs";
import { writeFirst } from "./sections.mjs";

const example = (name, tests) => ({ tests, write: (folder) => copyProject(join(repository, "examples", name), folder) });
const generated = (files) => ({ tests: files * testsPerFile, write: (folder) => generateProject(files, folder) });

/** What is measured; the first two unless `--case` says otherwise. */
const cases = {
  hello: example("hello", 5),
  50: generated(50),
  200: generated(200),
};

/** How it is run: arguments of the peer, and of ours. */
const modes = {
  default: { peer: [], ours: [] },
  "isolate=worker": { peer: [], ours: ["--isolate=worker"] },
  "no-isolate": { peer: ["--no-isolate", "--max-workers=2"], ours: ["--no-isolate"] },
};

const help = `usage: node bench/run.mjs [options]
  --case <name>          ${Object.keys(cases).join(", ")}; may be given more than once (default: hello and 50)
  --mode <name>          ${Object.keys(modes).join(", ")}; may be given more than once (default: all)
  --rounds <n>           timed runs of each, after one warm-up (default: 5)
  --memory-rounds <n>    runs of each that read memory, and are not timed (default: 2)
  --binary <path>        ours (default: target/release/wpt-gen of the repository)
  --peer-only, --ours-only   measure one side; prints, writes no file
  --out <path>           where the results go (default: bench/RESULTS.md)`;

function fail(message) {
  console.error(message);
  process.exit(2);
}

function count(value, name, least) {
  const number = Number(value);
  return Number.isInteger(number) && number >= least ? number : fail(`--${name} wants a whole number from ${least}, not ${value}`);
}

function readOptions() {
  let values;
  try {
    ({ values } = parseArgs({
      options: {
        case: { type: "string", multiple: true, default: ["hello", "50"] },
        mode: { type: "string", multiple: true, default: Object.keys(modes) },
        rounds: { type: "string", default: "5" },
        "memory-rounds": { type: "string", default: "2" },
        binary: { type: "string", default: join(repository, "target", "release", "wpt-gen") },
        "peer-only": { type: "boolean", default: false },
        "ours-only": { type: "boolean", default: false },
        out: { type: "string", default: join(benchFolder, "RESULTS.md") },
        help: { type: "boolean", default: false },
      },
    }));
  } catch (error) {
    fail(`${error.message}\n${help}`);
  }
  if (values.help) {
    console.log(help);
    process.exit(0);
  }
  for (const [kind, known] of [["case", cases], ["mode", modes]]) {
    for (const name of values[kind]) {
      if (!Object.hasOwn(known, name)) {
        fail(`there is no ${kind} called ${name}; there are: ${Object.keys(known).join(", ")}`);
      }
    }
  }
  if (values["peer-only"] && values["ours-only"]) {
    fail("--peer-only and --ours-only leave nothing to measure");
  }
  return {
    cases: values.case,
    modes: values.mode,
    rounds: count(values.rounds, "rounds", 1),
    memoryRounds: count(values["memory-rounds"], "memory-rounds", 0),
    binary: resolve(values.binary),
    sides: ["peer", "ours"].filter((side) => !values[`${side === "peer" ? "ours" : "peer"}-only`]),
    out: resolve(values.out),
  };
}

/** Copies of the project of one case, and how each side is started in its own. */
function prepare(name, options) {
  const source = join(workFolder, "source", name);
  rmSync(source, { recursive: true, force: true });
  mkdirSync(source, { recursive: true });
  cases[name].write(source);
  const sides = {};
  if (options.sides.includes("peer")) {
    const { folder, env, vitest, versions } = preparePeer(source, join(workFolder, "peer", name));
    sides.peer = { cwd: folder, env, command: vitest, versions };
  }
  if (options.sides.includes("ours")) {
    const cwd = join(workFolder, "ours", name);
    // The project's Vitest is the one of the repository's own `node_modules`, found upwards.
    copyProject(source, cwd);
    sides.ours = { cwd, env: process.env, command: [options.binary, "test"], versions: {} };
  }
  return sides;
}

/** Runs one side once; ends the program if not every expected test passed. */
async function runOnce(side, mode, expectedTests, name, settings) {
  const command = [...side.command, ...modes[mode][name]];
  const result = await measure(command, { cwd: side.cwd, env: side.env, ...settings });
  const passed = new RegExp(`^\\s*Tests\\s+${expectedTests} passed \\(${expectedTests}\\)\\s*$`, "m").test(result.output);
  if (result.exitCode !== 0 || !passed) {
    console.error(`${command.join(" ")}\nended with ${result.exitCode}, wanted ${expectedTests} passed tests:\n${result.output}`);
    process.exit(1);
  }
  if (result.left.length > 0) {
    console.error(`warning: ${name} left processes behind: ${result.left.join(", ")}`);
  }
  return result;
}

/** Alternates between the sides: one warm-up each, then the timed rounds, then those that read memory. */
async function measureCase(name, mode, sides, options) {
  const runs = Object.fromEntries(Object.keys(sides).map((side) => [side, { timed: [], memory: [] }]));
  const round = async (settings, keep) => {
    for (const [side, how] of Object.entries(sides)) {
      const result = await runOnce(how, mode, cases[name].tests, side, settings);
      keep?.(runs[side], result);
      console.error(`  ${side} ${name} ${mode}: ${result.wall.toFixed(3)} s${keep === undefined ? " (warm-up)" : ""}`);
    }
  };
  await round({});
  for (let index = 0; index < options.rounds; index++) {
    await round({}, (side, result) => side.timed.push(result));
  }
  for (let index = 0; index < options.memoryRounds; index++) {
    await round({ memory: true }, (side, result) => side.memory.push(result));
  }
  return { name, mode, tests: cases[name].tests, sides: Object.fromEntries(Object.entries(runs).map(([side, of]) => [side, summarize(of)])) };
}

if (process.platform !== "linux") {
  fail("the measurements read /proc, so they need Linux");
}
const options = readOptions();
if (options.sides.includes("ours")) {
  if (!existsSync(options.binary)) {
    fail(`${options.binary} does not exist: build it with \`cargo build --release\`, or name another with --binary`);
  }
  if (!existsSync(join(repository, "node_modules", "vitest"))) {
    fail("node_modules is missing: run `npm ci --ignore-scripts` in the repository first");
  }
}

const measured = [];
const versions = {};
for (const name of options.cases) {
  const sides = prepare(name, options);
  Object.assign(versions, sides.peer?.versions);
  for (const mode of options.modes) {
    measured.push(await measureCase(name, mode, sides, options));
  }
}

const args = process.argv.slice(2).map((arg) => (arg.startsWith("/") ? relative(process.cwd(), arg) : arg));
const report = renderResults({ measured, versions, options, modes, command: ["node", "bench/run.mjs", ...args].join(" ") });
console.log(report);
if (options.sides.length === 2) {
  mkdirSync(dirname(options.out), { recursive: true });
  writeFirst(options.out, report);
}
