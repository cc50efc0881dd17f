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
  const run = runPeer(peer, ["--reporter=default", "--reporter=json", `--outputFile=${path}`]);
  const [version] = Object.entries(peer.versions).map((entry) => entry.join(" "));
  const output = stripVTControlCharacters(`${run.stderr}\n${run.stdout}`);
  const report = existsSync(path) ? readJson(path) : { testResults: [] };
  const unhandled = unhandledErrors(output);
  const said = ({ status, failure, file, title }) => {
    if (status === "failed") return `fails: ${shorten(failure ?? "", peer.folder)}`;
    if (status !== "passed") return "does not run: skipped";
    const error = unhandled.find((error) => file.endsWith(`/${error.file}`) && error.test === title);
    return error ? `passes, but fails the run: ${shorten(error.message, peer.folder)}` : "passes";
  };
  const results = namedTests(report).map((named) => [keyOf(named.test), said(named)]);
  const broken = report.testResults.find((file) => file.status === "failed" && file.message !== "");
  const otherwise = `does not run: ${shorten(broken?.message ?? errorIn(output), peer.folder)}`;
  return { version, results: new Map(results), otherwise };
}

/** Errors that Vitest found outside of tests, each with the test that it came after. */
function unhandledErrors(output) {
  const sections = output.split(/^.*⎯ Un(?:handled|caught) \w+ ⎯.*$/m).slice(1);
  return sections.map((section) => ({
    message: section.trim(),
    file: /originated in "(.+?)" test file/.exec(section)?.[1],
    test: /^The (?:last|latest) test .*? (?:was|is) "(.+)"/m.exec(section)?.[1] ?? "",
  }));
}

/** The line that says what went wrong. */
function errorIn(output) {
  const lines = output.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  const found = [/^Caused by: /, /^\w*Error: /].map((pattern) => lines.findIndex((line) => pattern.test(line)));
  const at = Math.max(found.find((index) => index >= 0) ?? 0, 0);
  return lines.slice(at).join("\n").replace("Caused by: ", "") || "it prints nothing";
}

/** The first line of an error that says something, without what differs from one machine or run to another. */
function shorten(error, folder) {
  const line = stripVTControlCharacters(error)
    .replace(/^(.* failed with \d+ errors?):\s*(?:\[plugin [\w-]+\]\s*)?/, "$1: ")
    .split("\n")[0]
    .replaceAll(folder, ".")
    .replaceAll(/(?<![\w:/])(file:\/\/)?(\/[\w.@+-]+){3,}/g, "<path>")
    .replaceAll(/\b[0-9a-f]{8}-[0-9a-f-]{27}\b|\b[0-9a-f]{32,}\b/g, "<id>")
    .replaceAll(/(127\.0\.0\.1|localhost):\d+/g, "$1:<port>")
    .replaceAll(/\b\d+(\.\d+)? ?ms\b/g, "<duration>")
    .trim();
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
}
