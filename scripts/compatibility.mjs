// Writes docs/compatibility.md from the names of the examples' tests. What is known of an example, its tests and what the peer
// does with them, is kept in docs/compatibility/<example>.json; what the conformance run found, in conformance/differences.json.
//   node scripts/compatibility.mjs [name ...]          runs the examples and keeps their tests' names
//   node scripts/compatibility.mjs --peer [name ...]   runs them under the peer too, and keeps the outcome (slow)
//   node scripts/compatibility.mjs --no-run            only writes the table of what is kept
//   ... --check                                        writes nothing; exit 1 if a file would become another
//   ... --report <path> <name>                         instead of running the example, reads what the JSON reporter wrote of it
//   ... --binary <path>                                the wpt-gen to use; else the one of target/ that was built last
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { parseArgs } from "node:util";
import { exampleFolders, readJson, repository } from "../bench/peer.mjs";
import { kept, keptFolder, keptText, withPeer, withTests } from "./compatibility/kept.mjs";
import { askPeer } from "./compatibility/peer.mjs";
import { newestBinary, reportOf } from "./compatibility/run.mjs";
import { file as conformanceFile } from "./conformance/differences.mjs";
import { table } from "./compatibility/table.mjs";

const { values: options, positionals: wanted } = parseArgs({
  options: {
    peer: { type: "boolean", default: false },
    "no-run": { type: "boolean", default: false },
    check: { type: "boolean", default: false },
    report: { type: "string" },
    binary: { type: "string" },
  },
  allowPositionals: true,
});

const folders = exampleFolders();
const names = folders.map((folder) => basename(folder));
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`no example is called ${unknown.join(" or ")}; there are: ${names.join(", ")}`);
  process.exit(2);
}
if (options.report && wanted.length !== 1) {
  console.error("--report is of one example: name it");
  process.exit(2);
}

const stale = [];
const examples = [];
for (const folder of folders) {
  let example = kept(folder);
  const chosen = wanted.length === 0 || wanted.includes(example.name);
  if (chosen && !options["no-run"]) {
    const report = options.report ? readJson(options.report) : reportOf(folder, options.binary ?? newestBinary());
    example = withTests(example, report);
    if (options.peer) example = withPeer(example, askPeer(folder));
  }
  put(join(keptFolder, `${example.name}.json`), keptText(example));
  examples.push(example);
}
for (const file of readdirSync(keptFolder)) {
  if (!names.includes(basename(file, ".json"))) remove(join(keptFolder, file));
}
// Who asks about one example is not told about the others.
if (!options.check || wanted.length === 0) put(join(repository, "docs", "compatibility.md"), table(examples, readJson(conformanceFile)));

if (stale.length > 0) {
  console.error(`not what the examples' tests are called: ${stale.join(", ")}\nRun \`node scripts/compatibility.mjs\`.`);
  process.exit(1);
}

function put(path, text) {
  if (existsSync(path) && readFileSync(path, "utf8") === text) return;
  if (options.check) stale.push(relative(repository, path));
  else writeFileSync(path, text);
}

function remove(path) {
  if (options.check) stale.push(relative(repository, path));
  else rmSync(path);
}
