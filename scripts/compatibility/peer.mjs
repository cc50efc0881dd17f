// Runs an example under the peer and says what came of each test.
import { existsSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { preparePeer, readJson, runPeer, workFolder } from "../../bench/peer.mjs";
import { keyOf, namedTests } from "./kept.mjs";

const longest = 110;

/** The peer's version, what it did with each test by the test's key, and what is said of tests that it never came to. */
export function askPeer(folder) {
  const peer = preparePeer(folder, join(workFolder, "verify", basename(folder)));
  const path = join(peer.folder, "report.json");
  rmSync(path, { force: true });
  const run = runPeer(peer, ["--reporter=json", `--outputFile=${path}`]);
  const [version] = Object.entries(peer.versions).map((entry) => entry.join(" "));
  const doesNotRun = (error) => `does not run: ${shorten(error, peer.folder)}`;
  if (!existsSync(path)) {
    return { version, results: new Map(), otherwise: doesNotRun(errorIn(`${run.stderr}\n${run.stdout}`)) };
  }
  const report = readJson(path);
  const broken = report.testResults.find((file) => file.status === "failed" && file.message !== "");
  const results = namedTests(report).map(({ test, status, failure }) => [keyOf(test), said(status, failure, peer.folder)]);
  return { version, results: new Map(results), otherwise: broken ? doesNotRun(broken.message) : "does not run" };
}

function said(status, failure, folder) {
  if (status === "passed") return "passes";
  return status === "failed" ? `fails: ${shorten(failure ?? "", folder)}` : "does not run: skipped";
}

/** The line that says what went wrong. */
function errorIn(output) {
  const lines = stripVTControlCharacters(output).split("\n").map((line) => line.trim()).filter((line) => line !== "");
  return lines.find((line) => /^(\w*Error|✘ \[ERROR\])/.test(line)) ?? lines[0] ?? "it prints nothing";
}

/** The first line of an error, without what differs from one machine or run to another. */
function shorten(error, folder) {
  const line = stripVTControlCharacters(error)
    .split("\n")[0]
    .replaceAll(folder, ".")
    .replaceAll(/(?<![\w:/])(file:\/\/)?(\/[\w.@+-]+){3,}/g, "<path>")
    .replaceAll(/\b[0-9a-f]{8}-[0-9a-f-]{27}\b|\b[0-9a-f]{32,}\b/g, "<id>")
    .replaceAll(/(127\.0\.0\.1|localhost):\d+/g, "$1:<port>")
    .replaceAll(/\b\d+(\.\d+)? ?ms\b/g, "<duration>")
    .trim();
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
}
