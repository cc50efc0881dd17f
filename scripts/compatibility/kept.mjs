// What is kept of an example: the names of its tests, and what the peer did with each when it was last asked.
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { readJson, repository } from "../../bench/peer.mjs";

/** One JSON file for each example. */
export const keptFolder = join(repository, "docs", "compatibility");
mkdirSync(keptFolder, { recursive: true });

/** What is kept of the example in `folder`. */
export function kept(folder) {
  const name = basename(folder);
  const path = join(keptFolder, `${name}.json`);
  return { name, title: titleOf(folder), tests: [], ...(existsSync(path) ? readJson(path) : {}) };
}

/** The text of an example's file, a line for each test. */
export function keptText({ peer, tests }) {
  const lines = tests.map((test) => `    ${JSON.stringify(test)}`);
  return `{\n${peer ? `  "peer": ${JSON.stringify(peer)},\n` : ""}  "tests": [\n${lines.join(",\n")}\n  ]\n}\n`;
}

/**
 * The example with the tests of a report of Vitest's JSON reporter; what the peer did with those that were there stays. A test that
 * was skipped is one of them: where what it needs is there, it runs.
 */
export function withTests(example, report) {
  const listed = namedTests(report).filter(({ status }) => status !== "todo");
  const earlier = new Map(example.tests.map((test) => [keyOf(test), test.peer]));
  return { ...example, tests: listed.map(({ test }) => ({ ...test, peer: earlier.get(keyOf(test)) })) };
}

/** The example with what the peer did: `results` say so by the tests' names, `otherwise` of those that it never came to. */
export function withPeer(example, { version, results, otherwise }) {
  const tests = example.tests.map(({ peer: _, ...test }) => ({ ...test, peer: results.get(keyOf(test)) ?? otherwise }));
  return { ...example, peer: version, tests };
}

/** Finds a test again in another report. */
export const keyOf = ({ subject, behaviour }) => JSON.stringify([subject, behaviour]);

/** The tests of a report, each name once, in the order of the files' names. */
export function namedTests({ testResults }) {
  const tests = new Map();
  for (const file of testResults.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    for (const { ancestorTitles, title, status, failureMessages } of file.assertionResults) {
      const [subject, ...inner] = ancestorTitles.filter((ancestor) => ancestor !== "");
      const kind = /^(refused|differs): /.exec(title)?.[0] ?? "";
      const test = { subject, behaviour: kind + [...inner, title.slice(kind.length)].join(": ") };
      // A test that stands in two files passes if it does in both.
      const earlier = tests.get(keyOf(test));
      if (!earlier || earlier.status === "passed") tests.set(keyOf(test), { test, status, failure: failureMessages?.[0], file: file.name, title });
    }
  }
  return [...tests.values()];
}

/** The heading of an example's README. */
function titleOf(folder) {
  const heading = /^# (.+)$/m.exec(readFileSync(join(folder, "README.md"), "utf8"));
  return heading?.[1] ?? basename(folder);
}
