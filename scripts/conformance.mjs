// Runs the projects of conformance/ under the real Vitest, in its own pool in Node.js, and under wpt-gen, and compares the JSON
// reports field by field, the exit codes and the files that are left. What may differ, and why, is in
// conformance/differences.json; one that is listed and does not occur is an error too.
//   node scripts/conformance.mjs [project ...]           all projects, or these
//   ... --vitest <5.1|5.0|4.1>                            with this Vitest; may be given more than once; else with 5.1
//   ... --host <test|pool>                                only under `wpt-gen test`, or only under `vitest` with our pool
//   ... --binary <path>                                   the wpt-gen to use; else the one of target/ that was built last
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { newestBinary } from "./compatibility/run.mjs";
import { compare } from "./conformance/compare.mjs";
import { Differences } from "./conformance/differences.mjs";
import { hosts } from "./conformance/hosts.mjs";
import { projectNames, Project, versions } from "./conformance/project.mjs";

const { values: options, positionals: wanted } = parseArgs({
  options: {
    vitest: { type: "string", multiple: true, default: ["5.1"] },
    host: { type: "string", multiple: true, default: Object.keys(hosts) },
    binary: { type: "string" },
  },
  allowPositionals: true,
});

const started = performance.now();
refuseUnknown("project", wanted, projectNames());
refuseUnknown("Vitest", options.vitest, Object.keys(versions));
refuseUnknown("host", options.host, Object.keys(hosts));
const binary = options.binary ?? newestBinary();
const chosen = wanted.length > 0 ? wanted : projectNames();
const projects = options.vitest.flatMap((version) =>
  chosen.map((name) => new Project(name, version)).filter((project) => project.isFor(version)),
);
const differences = new Differences();
const outcomes = new Map(projects.map((project) => [project, {}]));
const jobs = projects.flatMap((project) => {
  const under = options.host.filter((host) => project.isUnder(host));
  return under.length > 0 ? ["vitest", ...under].map((host) => ({ project, host })) : [];
});
await Promise.all(Array.from({ length: availableParallelism() }, work));

let compared = 0;
for (const project of projects) {
  const { vitest, ...others } = outcomes.get(project);
  for (const [host, runs] of Object.entries(others)) {
    for (const [index, run] of runs.entries()) {
      const found = compare(vitest[index], run);
      compared += found.compared;
      for (const difference of found.differences) differences.add({ project: project.name, run: run.name, host, version: project.version, ...difference });
    }
  }
}
const problems = differences.problems(projects.map(({ name, version }) => `${version} ${name}`), options.host);
for (const problem of problems) console.error(`${problem}\n`);
const seconds = ((performance.now() - started) / 1000).toFixed(1);
console.log(`${projects.length} projects, ${compared} values compared, ${differences.allowed} differ as expected, ${problems.length} problems (${seconds} s)`);
process.exitCode = problems.length > 0 ? 1 : 0;

/** Takes one job after the other. */
async function work() {
  for (let job = jobs.shift(); job; job = jobs.shift()) {
    outcomes.get(job.project)[job.host] = await job.project.run(job.host, binary);
  }
}

function refuseUnknown(what, names, known) {
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  console.error(`no ${what} is called ${unknown.join(" or ")}; there are: ${known.join(", ")}`);
  process.exit(2);
}
