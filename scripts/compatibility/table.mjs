// The page docs/compatibility.md.

/** What a test's title says of wpt-gen by its first word. */
const kinds = { "refused: ": "refused", "differs: ": "differs" };

/** Where a difference occurs. */
const hosts = { test: "`wpt-gen test`", pool: "`vitest` with `wpt-gen/vitest`", both: "both" };

const head = (versions) => `# Compatibility

What works in \`wpt-gen test\`, beside what the same test does under ${versions || "the peer"} ("the peer"). \`node scripts/compatibility.mjs\`
writes this page from the names of the tests in [examples/](../examples), all of which pass here; do not edit it.

* **works**: as in production, or as the peer documents it.
* **differs**: on purpose not as the peer does it; the text says how.
* **refused**: not possible here, or nowhere but at Cloudflare; the test is that the error says so.

Under "peer" a message is how the test fails there. What differs and is not a test is in
[how-it-works.md](how-it-works.md#what-is-different-from-the-peer); what differs from production is in [parity.md](parity.md).
`;

/** The whole page: what the tests of the examples show, and the differences of the conformance run. */
export function table(examples, differences) {
  const subjects = bySubject(examples);
  const versions = [...new Set(examples.map(({ peer }) => peer))].filter(Boolean).sort().join(" and ");
  const sections = [...subjects].map(([subject, rows]) => section(subject, rows));
  return `${[head(versions), summary(subjects), besideVitest(differences), ...sections].join("\n")}`;
}

/** What is not as the real Vitest has it in Node.js. */
function besideVitest(differences) {
  const rows = differences.map(
    ({ behaviour, vitest = ["all"], host = "both", reason, project }) =>
      `| ${cell(behaviour)} | ${[vitest].flat().join(", ")} | ${hosts[host]} | ${cell(reason)} | [${project}](../conformance/${project}) |`,
  );
  return [
    "## Beside Vitest in Node.js",
    "",
    "The projects of [conformance/](../conformance) run under the real Vitest and under wpt-gen, and the JSON reports are compared field by",
    "field, with the exit codes and the files that are left: names, states, messages, the places in stacks, snapshots, numbers. These differ:",
    "",
    "| behaviour | Vitest | under | why | project |",
    "|---|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}

/** The rows of each subject, in the order of the subjects' names. */
function bySubject(examples) {
  const subjects = new Map();
  for (const example of examples) {
    for (const test of example.tests) {
      const subject = test.subject ?? example.title;
      const rows = subjects.get(subject) ?? [];
      subjects.set(subject, rows);
      rows.push({ ...outcome(test.behaviour), peer: peerSays(test.peer), example: example.name });
    }
  }
  const order = new Intl.Collator("en", { sensitivity: "base", numeric: true });
  return new Map([...subjects].sort(([a], [b]) => order.compare(a, b)));
}

function outcome(title) {
  const prefix = Object.keys(kinds).find((prefix) => title.startsWith(prefix));
  return prefix ? { behaviour: title.slice(prefix.length), here: kinds[prefix] } : { behaviour: title, here: "works" };
}

/** An error is shown as code. */
function peerSays(outcome = "not asked") {
  const [, says, error] = /^([^:]+): (.*)$/s.exec(outcome) ?? [];
  return error ? `${says}: ${code(error)}` : outcome;
}

function summary(subjects) {
  const rows = [...subjects].map(([subject, rows]) => {
    const count = (kind) => rows.filter(({ here }) => here === kind).length || "";
    const peer = rows.filter((row) => row.peer === "passes").length;
    return `| [${cell(subject)}](#${anchor(subject)}) | ${count("works")} | ${count("differs")} | ${count("refused")} | ${peer} of ${rows.length} |`;
  });
  return ["| | works | differs | refused | peer passes |", "|---|---|---|---|---|", ...rows, ""].join("\n");
}

function section(subject, rows) {
  const lines = rows.map((row) => `| ${cell(row.behaviour)} | ${row.here} | ${row.peer} | ${link(row.example)} |`);
  return [`## ${subject}`, "", "| behaviour | wpt-gen | peer | example |", "|---|---|---|---|", ...lines, ""].join("\n");
}

const link = (example) => `[${example}](<../examples/${example}>)`;
const cell = (text) => text.replaceAll("|", "\\|").replaceAll("<", "&lt;").replaceAll("*", "\\*");
const code = (text) => `\`${text.replaceAll("`", "'").replaceAll("|", "\\|")}\``;

/** GitHub's name for a heading. */
const anchor = (heading) => heading.toLowerCase().replaceAll(/[^\p{L}\p{N}\s_-]/gu, "").replaceAll(" ", "-");
