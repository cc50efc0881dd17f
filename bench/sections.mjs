// The parts of RESULTS.md: each program writes its own, and leaves the others as they are.
import { existsSync, readFileSync, writeFileSync } from "node:fs";

const HEADING = /^(?=## )/m;

const read = (path) => (existsSync(path) ? readFileSync(path, "utf8") : "");

/** Puts `section`, which starts with a heading `## …`, in the place of the one with that heading, or at the end. */
export function writeSection(path, section) {
  const heading = section.slice(0, section.indexOf("\n") + 1);
  const [first, ...sections] = read(path).split(HEADING);
  const index = sections.findIndex((other) => other.startsWith(heading));
  sections.splice(index < 0 ? sections.length : index, 1, section);
  write(path, [first, ...sections]);
}

/** Replaces what stands before the first section. */
export function writeFirst(path, text) {
  write(path, [text, ...read(path).split(HEADING).slice(1)]);
}

function write(path, parts) {
  writeFileSync(path, `${parts.map((part) => part.trim()).filter(Boolean).join("\n\n")}\n`);
}
