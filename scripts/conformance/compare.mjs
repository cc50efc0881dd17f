// Compares what came of a run under the real Vitest with what came of it under wpt-gen.
import { isDeepStrictEqual } from "node:util";

/** What the clock decides. */
const TIMES = new Set(["startTime", "endTime", "duration"]);

/** The fields that are not the same, as `{ where, field, expected, found }`, and how many were compared. */
export function compare(theirs, ours) {
  const differences = [];
  let compared = 0;
  const fields = (where, expected, found, ignored = []) => {
    for (const field of new Set([...Object.keys(expected), ...Object.keys(found)])) {
      if (TIMES.has(field) || ignored.includes(field)) continue;
      compared++;
      const same = field === "failureMessages" ? sameFailures : isDeepStrictEqual;
      if (same(expected[field], found[field])) continue;
      differences.push({ where, field, expected: expected[field], found: found[field] });
    }
  };
  fields("", { exitCode: theirs.exitCode, files: Object.keys(theirs.files) }, { exitCode: ours.exitCode, files: Object.keys(ours.files) });
  for (const name of Object.keys(theirs.files).filter((name) => name in ours.files)) {
    fields(name, { content: theirs.files[name] }, { content: ours.files[name] });
  }
  const [expected, found] = [theirs, ours].map(normalised);
  if (!expected || !found) {
    const said = ({ report, output }) => (report ? "a report" : `no report: ${output}`);
    fields("", { report: said(theirs) }, { report: said(ours) });
    return { differences, compared };
  }
  fields("", { ...expected, testResults: [...expected.files.keys()] }, { ...found, testResults: [...found.files.keys()] }, ["files"]);
  for (const [name, file] of expected.files) {
    const other = found.files.get(name);
    if (!other) continue;
    const names = ({ assertionResults }) => assertionResults.map(({ fullName }) => fullName);
    fields(name, { ...file, assertionResults: names(file) }, { ...other, assertionResults: names(other) });
    if (!isDeepStrictEqual(names(file), names(other))) continue;
    for (const [index, test] of file.assertionResults.entries()) {
      fields(`${name} > ${[...test.ancestorTitles, test.title].join(" > ")}`, test, other.assertionResults[index]);
    }
  }
  return { differences, compared };
}

/** A report whose files are in the order of their names (theirs is the order in which they began), without what names the machine. */
function normalised({ report, folder }) {
  if (!report) return undefined;
  const { testResults, ...numbers } = JSON.parse(JSON.stringify(report).replaceAll(folder, "<root>"));
  numbers.snapshot.filesRemovedList?.sort();
  numbers.snapshot.uncheckedKeysByFile?.sort((a, b) => (a.filePath < b.filePath ? -1 : 1));
  const files = testResults
    .map(({ name, ...file }) => [name.replace("<root>/", ""), { ...file, assertionResults: file.assertionResults.map(test) }])
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return { ...numbers, files: new Map(files) };
}

const test = ({ failureMessages, ...others }) => ({ ...others, failureMessages: failureMessages.map(stack) });

/** How many frames a stack has, at the least, of which some are missing: V8 keeps ten, and Vite's module runner may drop one. */
const LONGEST_STACK = 9;

/**
 * What is said of an error, and the places that its stack names in files of the project. Other frames are of Vitest and of the
 * runtime; the function's name in a frame is as the one writes it who writes the stack, V8 or Vite's module runner.
 */
function stack(text) {
  const lines = text.split("\n");
  const frames = lines.filter((line) => FRAME.test(line));
  const places = frames
    .filter((line) => line.includes("<root>/") && !line.includes("/node_modules/"))
    .map((line) => line.replace(/^.*?((?:file:\/\/)?<root>.*?)\)?$/, "$1").replace("file://", ""));
  return { message: lines.filter((line) => !FRAME.test(line)).join("\n"), places, isCut: frames.length >= LONGEST_STACK };
}

const FRAME = /^\s+at .*(?:\d+\)?|<anonymous>\)?|\(native\))$/;

/** Whether two tests failed in the same way: a stack that V8 has cut may go on in the other one. */
function sameFailures(theirs, ours) {
  if (theirs.length !== ours.length) return false;
  return theirs.every((one, index) => {
    const other = ours[index];
    const length = one.isCut || other.isCut ? Math.min(one.places.length, other.places.length) : undefined;
    return one.message === other.message && isDeepStrictEqual(one.places.slice(0, length), other.places.slice(0, length));
  });
}
