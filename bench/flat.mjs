// Shows that a long test file does not slow down: 1,500 requests through `exports.default.fetch()`, and 1,000 constructions of a
// Durable Object class, one after the other. Writes its part of RESULTS.md; exit 1 if the last hundred take more than 1.5 times
// as long as the first hundred.
//   node bench/flat.mjs [--binary <path>] [--rounds <n>] [--out <path>]
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { constants, cpus, release, setPriority } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { benchFolder, repository, workFolder } from "./peer.mjs";
import { median } from "./results.mjs";
import { writeSection } from "./sections.mjs";

/** How much slower the end may be. */
const LIMIT = 1.5;
/** How many calls are timed together: the clock of a Worker is too coarse for one. */
const GROUP = 100;
/** What a line of output starts with that is for this program. */
const MARK = "flat:";

const cases = [
  { name: "fetches", title: "`exports.default.fetch()`", count: 1500, call: "await (await exports.default.fetch('https://worker.test/')).text()" },
  { name: "objects", title: "construction of a Durable Object, and its first RPC call", count: 1000, call: "await env.BOX.get(env.BOX.newUniqueId()).hello()" },
];

const { values } = parseArgs({
  options: {
    binary: { type: "string", default: join(repository, "target", "release", "wpt-gen") },
    rounds: { type: "string", default: "7" },
    out: { type: "string", default: join(benchFolder, "RESULTS.md") },
  },
});
const [binary, out, rounds] = [resolve(values.binary), resolve(values.out), Number(values.rounds)];
if (!Number.isInteger(rounds) || rounds < 1) {
  console.error(`--rounds wants a whole number from 1, not ${values.rounds}`);
  process.exit(2);
}

const folder = join(workFolder, "flat");
const files = {
  "package.json": `${JSON.stringify({ name: "flat", private: true, type: "module" })}\n`,
  "wrangler.jsonc": `${JSON.stringify({
    name: "flat",
    main: "src/index.ts",
    compatibility_date: "2026-01-01",
    durable_objects: { bindings: [{ name: "BOX", class_name: "Box" }] },
    migrations: [{ tag: "v1", new_sqlite_classes: ["Box"] }],
  })}\n`,
  "vitest.config.ts": `import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

export default defineConfig({ plugins: [cloudflareTest({ wrangler: { configPath: "./wrangler.jsonc" } })] });
`,
  "src/index.ts": `import { DurableObject } from "cloudflare:workers";

export class Box extends DurableObject {
  hello() {
    return "hello";
  }
}

export default { fetch: () => new Response("hello") };
`,
  ...Object.fromEntries(cases.map(({ name, count, call }) => [`test/${name}.test.ts`, testOf(name, count, call)])),
};

function testOf(name, count, call) {
  return `import { env, exports } from "cloudflare:workers";
import { expect, it } from "vitest";

it("is as quick at the end", { timeout: 600_000 }, async () => {
  const groups: number[] = [];
  for (let done = 0; done < ${count}; done += ${GROUP}) {
    const start = performance.now();
    for (let index = 0; index < ${GROUP}; index++) expect(${call}).toBe("hello");
    groups.push(performance.now() - start);
  }
  console.log(${JSON.stringify(MARK)} + JSON.stringify({ name: ${JSON.stringify(name)}, groups }));
});
`;
}

for (const [path, text] of Object.entries(files)) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

/** Milliseconds for each group of calls, by case. */
function run() {
  const { status, stdout, stderr } = spawnSync(binary, ["test", "--max-workers=1"], { cwd: folder, encoding: "utf8" });
  const found = stdout.split("\n").filter((line) => line.startsWith(MARK)).map((line) => JSON.parse(line.slice(MARK.length)));
  if (status !== 0 || found.length !== cases.length) {
    console.error(`${binary} test ended with ${status}\n${stdout}${stderr}`);
    process.exit(1);
  }
  return Object.fromEntries(found.map(({ name, groups }) => [name, groups]));
}

try {
  // The clock goes on while other programs have the processor; as root, they do not get it.
  setPriority(constants.priority.PRIORITY_HIGHEST);
} catch {}

run();
const runs = Array.from({ length: rounds }, run);
let isFlat = true;
const rows = cases.map(({ name, title, count }) => {
  const perCall = (index) => median(runs.map((groups) => groups[name].at(index))) / GROUP;
  const [first, middle, last] = [0, Math.floor(count / GROUP / 2), -1].map(perCall);
  const ratio = last / first;
  isFlat &&= ratio <= LIMIT;
  const shown = [first, middle, last].map((time) => `${time.toFixed(3)} ms`);
  console.error(`${name}: first ${shown[0]}, middle ${shown[1]}, last ${shown[2]}: ${ratio.toFixed(2)}×`);
  return `| ${[`${count} × ${title}`, ...shown, `${ratio.toFixed(2)}×`].join(" | ")} |`;
});

const args = process.argv.slice(2).map((arg) => (arg.startsWith("/") ? relative(process.cwd(), arg) : arg));
writeSection(
  out,
  `## Long test files

Made by \`${["node", "bench/flat.mjs", ...args].join(" ")}\`; do not edit.

Time of a call, one after the other in one test, at the beginning and at the end:

| | first ${GROUP} | middle ${GROUP} | last ${GROUP} | last : first |
|---|---|---|---|---|
${rows.join("\n")}

- Medians of ${rounds} runs, as \`performance.now()\` in the Worker tells it for ${GROUP} calls together.
- Machine: ${cpus().length} cores (${cpus()[0].model.trim()}), Linux ${release()}.
`,
);
if (!isFlat) {
  console.error(`the last ${GROUP} calls must not take more than ${LIMIT} times as long as the first`);
  process.exit(1);
}
