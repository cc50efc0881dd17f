//! Vitest's own flags: their spellings, what they do, and which are refused.

use std::process::Command;

use insta::assert_snapshot;

use crate::support::{Project, REPOSITORY};

/// Prints the names of all flags that a Vitest has.
const LIST_FLAGS: &str = r#"
    import fs from "node:fs";
    const chunks = process.argv[1] + "/dist/chunks/";
    const file = fs.readdirSync(chunks).find((name) => name.startsWith("cac."));
    const createCli = Object.values(await import(chunks + file)).find(({ name }) => name === "createCLI");
    console.log(createCli().globalCommand.options.map(({ name }) => name).join("\n"));
"#;

#[test]
fn every_flag_of_vitest_is_taken_or_refused() {
    let page = std::fs::read_to_string(format!("{REPOSITORY}/docs/flags.md")).unwrap();
    for folder in ["node_modules/vitest", "examples/café counter/node_modules/vitest"] {
        let folder = format!("{REPOSITORY}/{folder}");
        let output =
            Command::new("node").args(["--input-type=module", "-e", LIST_FLAGS, &folder]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let flags = String::from_utf8(output.stdout).unwrap();
        let unknown: Vec<&str> =
            flags.lines().filter(|flag| !page.contains(&format!("`--{flag}`"))).collect();
        let unknown: Vec<&str> = unknown.into_iter().filter(|flag| !page.contains(&dashed(flag))).collect();
        assert!(flags.lines().count() > 150);
        // `--help` is clap's; the program has one version, not each command.
        assert_eq!(unknown, ["version", "help"], "flags of {folder} that docs/flags.md does not have");
    }
}

/// The other spelling of a flag.
fn dashed(flag: &str) -> String {
    let dashed = flag
        .chars()
        .map(|c| if c.is_ascii_uppercase() { format!("-{}", c.to_ascii_lowercase()) } else { c.to_string() });
    format!("`--{}`", dashed.collect::<String>())
}

fn project() -> Project {
    Project::worker()
        .file(
            "test/math.test.ts",
            "import { describe, expect, it } from 'vitest';
describe('numbers', () => {
  it('adds', () => expect(1 + 1).toBe(2));
  it.skip('multiplies', () => {});
});
",
        )
        .file(
            "test/said.test.ts",
            "import { it } from 'vitest';\nit('says', () => console.log('said'));\n",
        )
        .file("test/slow.test.ts", "import { it } from 'vitest';\nit('takes long', () => new Promise((done) => setTimeout(done, 400)));\n")
        .file("test/own.test.ts", "it('knows globals', () => expect(typeof describe).toBe('function'));\n")
}

#[test]
fn flags_are_spelt_as_in_vitest() {
    let project = project();
    let run = |arguments: &[&str]| project.run(&[&["test"], arguments].concat());
    let summary = |arguments: &[&str]| run(arguments).expect(0).summary();
    assert_snapshot!(run(&["own"]).expect(1).summary(), @"files: 1 failed (1); tests: no tests");
    assert_snapshot!(summary(&["own", "--globals"]), @"files: 1 passed (1); tests: 1 passed (1)");
    assert_snapshot!(summary(&["--globals", "own"]), @"files: 1 passed (1); tests: 1 passed (1)");
    assert_snapshot!(summary(&["own", "--globals=true", "--no-isolate"]), @"files: 1 passed (1); tests: 1 passed (1)");
    assert_snapshot!(run(&["own", "--globals", "--no-globals"]).expect(1).summary(), @"files: 1 failed (1); tests: no tests");
    assert_snapshot!(summary(&["--exclude", "**/{own,slow}.test.ts", "--exclude=test/said*"]), @"files: 1 passed (1); tests: 1 passed | 1 skipped (2)");
    assert_snapshot!(summary(&["--dir=test/none", "--passWithNoTests"]), @"files: ; tests: ");
    assert_snapshot!(run(&["slow", "--test-timeout", "100"]).expect(1).summary(), @"files: 1 failed (1); tests: 1 failed (1)");
    assert_snapshot!(summary(&["slow", "--testTimeout=100", "--no-file-parallelism", "-t", "nothing"]), @"files: 1 skipped (1); tests: 1 skipped (1)");
}

#[test]
fn output_is_shown_as_flags_say() {
    let project = project();
    let shows = |arguments: &[&str], part: &str| {
        let outcome = project.run(&[&["test"], arguments].concat()).expect(0);
        outcome.stdout.contains(part)
    };
    assert!(shows(&["said", "--silent=false"], "\nsaid\n"));
    assert!(!shows(&["said", "--silent"], "\nsaid\n"));
    assert!(!shows(&["said", "--silent=passed-only"], "\nsaid\n"));
    assert!(shows(&["slow"], "takes long"));
    assert!(!shows(&["slow", "--slowTestThreshold=60000"], "takes long"));
    assert!(shows(&["said", "--color"], "\u{1b}["));
    assert!(!shows(&["said", "--no-color"], "\u{1b}["));
}

#[test]
fn flags_that_only_vitest_has_are_refused() {
    let project = project();
    let refusal = |arguments: &[&str]| project.run(&[&["test"], arguments].concat()).expect(2).stderr;
    assert_snapshot!(refusal(&["--ui"]), @"error: `--ui` is Vitest's alone: use `vitest --ui` with `wpt-gen/vitest`");
    assert_snapshot!(refusal(&["--no-browser.headless"]), @"error: `--no-browser.headless` is Vitest's alone: use `vitest --no-browser.headless` with `wpt-gen/vitest`");
    assert_snapshot!(refusal(&["--vm-memory-limit=1"]), @"error: `--vm-memory-limit` is Vitest's alone: use `vitest --vm-memory-limit` with `wpt-gen/vitest`");
    assert_snapshot!(refusal(&["--retri=2"]), @"
    error: unexpected argument '--retri' found

      tip: a similar argument exists: '--retry'

    Usage: wpt-gen test --retry <NUMBER> [FILTERS]...

    For more information, try '--help'.
    ");
    assert_snapshot!(refusal(&["--testTimeout", "long"]), @"error: invalid value `long` for `--testTimeout`: expected a number");
    assert_snapshot!(refusal(&["--sequence.hooks=up"]), @"error: invalid value `up` for `--sequence.hooks`: expected one of stack, list, parallel");
    assert_snapshot!(refusal(&["--bail=1", "--bail=2"]), @"error: `--bail` is given 2 times: expected one value");
    assert_snapshot!(refusal(&["--maxWorkers=0"]), @"error: invalid value `0` for `--maxWorkers`: expected a number, or a share such as 50%");
}
