// Shows that the example projects are honest inputs: each passes, unchanged, under the peer.
//   node bench/verify-peer.mjs [--verbose] [name ...]
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { exampleFolders, preparePeer, runPeer, workFolder } from "./peer.mjs";

const { values: options, positionals: wanted } = parseArgs({
  options: { verbose: { type: "boolean", default: false } },
  allowPositionals: true,
});

const examples = exampleFolders().filter((path) => wanted.length === 0 || wanted.includes(basename(path)));
if (examples.length === 0) {
  console.error(`no example is called ${wanted.join(" or ")}; there are: ${exampleFolders().map((path) => basename(path)).join(", ")}`);
  process.exit(2);
}

let failures = 0;
for (const example of examples) {
  const name = basename(example);
  const peer = preparePeer(example, join(workFolder, "verify", name));
  const run = runPeer(peer);
  const output = `${run.stdout}${run.stderr}`;
  const tests = /^\s*Tests\s+(.*)$/m.exec(output)?.[1] ?? "no summary";
  const passed = run.status === 0;
  failures += passed ? 0 : 1;
  const versions = Object.entries(peer.versions).slice(0, 2).map((entry) => entry.join(" ")).join(", ");
  console.log(`${passed ? "pass" : "FAIL"}  ${name}: ${tests} (${versions})`);
  if (!passed || options.verbose) {
    console.log(output.replace(/^/gm, "      "));
  }
}
process.exit(failures === 0 ? 0 : 1);
