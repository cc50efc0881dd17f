// What may differ between the real Vitest and wpt-gen.
import { join } from "node:path";
import { readJson, repository } from "../../bench/peer.mjs";

export const file = join(repository, "conformance", "differences.json");

/** The list, and which of it has occurred. */
export class Differences {
  #known = readJson(file).map((known) => ({ ...known, occurred: false }));
  #unknown = [];
  allowed = 0;

  /** Notes a difference that occurred. */
  add(difference) {
    const known = this.#known.filter((known) => matches(known, difference));
    for (const one of known) one.occurred = true;
    if (known.length > 0) this.allowed++;
    else this.#unknown.push(difference);
  }

  /** One text for each difference that is not listed, and for each that is listed and has not occurred in these runs. */
  problems(ran, hosts) {
    const possible = ({ project, vitest = ["5.1"], host }) =>
      vitest.every((version) => ran.includes(`${version} ${project}`)) && (!host || hosts.includes(host));
    const stale = this.#known.filter((known) => !known.occurred && possible(known));
    return [
      ...this.#unknown.map(describe),
      ...stale.map(({ reason: _reason, behaviour: _behaviour, occurred: _occurred, ...known }) => `listed in conformance/differences.json, but is no difference: ${JSON.stringify(known)}`),
    ];
  }
}

/** Whether a listed difference is this one; what it does not name may be anything. `where` may be a list, and end in `*`. */
function matches(known, found) {
  const same = ["project", "run", "host", "field"].every((key) => known[key] === undefined || [known[key]].flat().includes(found[key]));
  const places = [known.where ?? ""].flat();
  const there = places.some((place) => (place.endsWith("*") ? found.where.startsWith(place.slice(0, -1)) : place === found.where));
  return same && there && (known.vitest ?? [found.version]).includes(found.version);
}

function describe({ project, run, host, version, where, field, expected, found }) {
  const names = [project, run, where, field].filter(Boolean).join(" | ");
  const [theirs, ours] = [expected, found].map((value) => (typeof value === "string" ? value : (JSON.stringify(value, undefined, 1) ?? "(absent)")).split("\n"));
  const only = (lines, others) => lines.filter((line) => !others.includes(line)).map((line) => `    ${line}`);
  return [names, `  Vitest ${version}:`, ...only(theirs, ours), `  ${host}:`, ...only(ours, theirs)].join("\n");
}
