//! Every example passes as it is, and a test that fails in it is shown where it fails. `docs/compatibility.md` says what their
//! tests show.

use std::process;

use insta::assert_snapshot;
use serde_json::Value;

use crate::support::{Postgres, Project, REPOSITORY, redacted};

/// Runs a copy of an example, then again with a test file that fails.
struct Example {
    project: Project,
}

impl Example {
    fn passes(name: &str) -> (Self, String) {
        Self::passes_with(name, |_| {})
    }

    /// Changes the copy first.
    fn passes_with(name: &str, prepare: impl FnOnce(&Project)) -> (Self, String) {
        let project = Project::of_example(name);
        prepare(&project);
        let run = project.run(&["test", "--reporter=default", "--reporter=json", "--outputFile=report.json"]);
        let summary = run.expect(0).summary();
        check_compatibility(&["--report", project.root().join("report.json").as_str(), name]);
        (Self { project }, summary)
    }

    /// What is shown of the failure, and the failed file's part of the JSON report.
    fn fails(&self, test: &str) -> (String, String) {
        self.project.write("test/deliberate.test.ts", test);
        let outcome = self.project.run(&[
            "test",
            "--reporter=default",
            "--reporter=json",
            "--outputFile=reports/report.json",
        ]);
        let outcome = outcome.expect(1);
        let report = self.project.json("reports/report.json");
        assert_eq!(report["success"], false);
        (outcome.shown_failures().to_owned(), failures(&report, &self.project))
    }
}

/// The failed tests of Vitest's JSON report, with the stacks' frames that are the project's own.
fn failures(report: &Value, project: &Project) -> String {
    let text = |value: &Value| redacted(value.as_str().unwrap(), project.root().as_str());
    let mut failures = vec![];
    for file in report["testResults"].as_array().unwrap() {
        let tests = file["assertionResults"].as_array().unwrap();
        assert_eq!(
            file["status"] == "failed",
            tests.iter().any(|test| test["status"] == "failed"),
            "a file fails by its tests: {file}"
        );
        for test in tests.iter().filter(|test| test["status"] == "failed") {
            failures.push(format!("{}: {}", text(&file["name"]), text(&test["fullName"])));
            for message in test["failureMessages"].as_array().unwrap() {
                let message = text(message);
                let own =
                    message.lines().filter(|line| !line.starts_with("    at ") || line.contains("<root>"));
                failures.extend(own.map(str::to_owned));
            }
        }
    }
    failures.join("\n")
}

/// Fails if `docs/compatibility.md`, or what is kept for it, would become another.
#[track_caller]
fn check_compatibility(arguments: &[&str]) {
    let mut node = process::Command::new("node");
    node.current_dir(REPOSITORY).args(["scripts/compatibility.mjs", "--check"]).args(arguments);
    let output = node.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn compatibility_page_is_current() {
    check_compatibility(&["--no-run"]);
}

#[test]
fn hello() {
    let (example, summary) = Example::passes("hello");
    assert_eq!(summary, "files: 4 passed (4); tests: 5 passed (5)");
    let (shown, failures) = example.fails(
        r#"import { expect, it } from "vitest";
import { greet } from "../src/greet";

it("greets in French", () => {
  const name: string = "Ada";
  expect(greet("Hello", name, false)).toBe("Bonjour, Ada!");
});
"#,
    );
    assert_snapshot!(shown, @r#"
    ⎯⎯⎯⎯⎯⎯⎯ Failed Tests 1 ⎯⎯⎯⎯⎯⎯⎯

     FAIL  test/deliberate.test.ts > greets in French
    AssertionError: expected 'Hello, Ada!' to be 'Bonjour, Ada!' // Object.is equality

    Expected: "Bonjour, Ada!"
    Received: "Hello, Ada!"

     ❯ test/deliberate.test.ts:6:39
          4| it("greets in French", () => {
          5|   const name: string = "Ada";
          6|   expect(greet("Hello", name, false)).toBe("Bonjour, Ada!");
           |                                       ^
          7| });
          8|

    ⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯[1/1]⎯


     Test Files  1 failed | 4 passed (5)
          Tests  1 failed | 5 passed (6)
       Start at  <time>
       Duration  <duration>

    JSON report written to <root>/reports/report.json
    "#);
    assert_snapshot!(failures, @"
    <root>/test/deliberate.test.ts: greets in French
    AssertionError: expected 'Hello, Ada!' to be 'Bonjour, Ada!' // Object.is equality
        at <root>/test/deliberate.test.ts:6:39
    ");
}

#[test]
fn hyperdrive() {
    let database = Postgres::start();
    let variable = "CLOUDFLARE_HYPERDRIVE_LOCAL_CONNECTION_STRING_DB";
    let with_database =
        |project: &Project| project.write(".env", &format!("{variable}={}\n", database.url("")));
    let (_, summary) = Example::passes_with("hyperdrive", with_database);
    assert_eq!(summary, "files: 1 passed (1); tests: 5 passed (5)");
}

#[test]
fn images() {
    let (example, summary) = Example::passes("images");
    assert_eq!(summary, "files: 1 passed (1); tests: 20 passed (20)");
    let outcome = example.project.run(&["test", "--max-workers=1", "--offline"]).expect(0);
    assert_eq!(outcome.summary(), summary);
}

#[test]
fn msw() {
    let (example, summary) = Example::passes("msw");
    assert_eq!(summary, "files: 1 passed (1); tests: 5 passed (5)");
    let outcome = example.project.run(&["test", "--max-workers=1"]).expect(0);
    assert_eq!(outcome.summary(), summary);
}

#[test]
fn clock() {
    let (example, summary) = Example::passes("clock");
    assert_eq!(summary, "files: 4 passed (4); tests: 39 passed (39)");
    for arguments in [&["test", "--max-workers=1"][..], &["test", "--max-workers=1", "--no-isolate"]] {
        assert_eq!(example.project.run(arguments).expect(0).summary(), summary);
    }
}

#[test]
fn storage() {
    let (example, summary) = Example::passes("storage");
    assert_eq!(summary, "files: 6 passed (6); tests: 68 passed (68)");
    let outcome = example.project.run(&["test", "--max-workers=1"]).expect(0);
    assert_eq!(outcome.summary(), summary);
}

#[test]
fn platform() {
    let (example, summary) = Example::passes("platform");
    assert_eq!(summary, "files: 8 passed (8); tests: 36 passed (36)");
    let outcome = example.project.run(&["test", "--max-workers=1"]).expect(0);
    assert_eq!(outcome.summary(), summary);
}

#[test]
fn remote() {
    let (example, summary) = Example::passes("remote");
    assert_eq!(summary, "files: 5 passed (5); tests: 24 passed (24)");
    let outcome = example.project.run(&["test", "--max-workers=1"]).expect(0);
    assert_eq!(outcome.summary(), summary);
}

#[test]
fn products() {
    let (example, summary) = Example::passes("products");
    assert_eq!(summary, "files: 2 passed (2); tests: 3 passed (3)");
    // In one process, after the files that fill the same namespaces.
    let outcome = example.project.run(&["test", "--max-workers=1"]).expect(0);
    assert_eq!(outcome.summary(), summary);
}

#[test]
fn fetch_mock() {
    let (example, summary) = Example::passes("fetch-mock");
    assert_eq!(summary, "files: 2 passed (2); tests: 16 passed (16)");
    let outcome = example.project.run(&["test", "--max-workers=1"]).expect(0);
    assert_eq!(outcome.summary(), summary);
}

#[test]
fn durable_objects() {
    let (example, summary) = Example::passes("durable-objects");
    assert_eq!(summary, "files: 4 passed (4); tests: 49 passed (49)");
    let outcome = example.project.run(&["test", "--max-workers=1"]).expect(0);
    assert_eq!(outcome.summary(), summary);
}

#[test]
fn isolation() {
    let (example, summary) = Example::passes("isolation");
    assert_eq!(summary, "files: 3 passed (3); tests: 16 passed (16)");
    for arguments in [&["test", "--max-workers=1"][..], &["test", "--max-workers=1", "--no-isolate"]] {
        let outcome = example.project.run(arguments).expect(0);
        assert_eq!(outcome.summary(), summary);
        assert_eq!(outcome.stderr, "");
    }
}

#[test]
fn queues() {
    let (example, summary) = Example::passes("queues");
    assert_eq!(summary, "files: 3 passed (3); tests: 30 passed (30)");
    let outcome = example.project.run(&["test", "--max-workers=1"]).expect(0);
    assert_eq!(outcome.summary(), summary);
}

#[test]
fn workflows() {
    let (example, summary) = Example::passes("workflows");
    assert_eq!(summary, "files: 5 passed (5); tests: 40 passed (40)");
    let outcome = example.project.run(&["test", "--max-workers=1"]).expect(0);
    assert_eq!(outcome.summary(), summary);
}

#[test]
fn mail() {
    let (example, summary) = Example::passes("mail");
    assert_eq!(summary, "files: 2 passed (2); tests: 14 passed (14)");
    let outcome = example.project.run(&["test", "--max-workers=1"]).expect(0);
    assert_eq!(outcome.summary(), summary);
}

#[test]
fn entrypoints() {
    let (example, summary) = Example::passes("entrypoints");
    assert_eq!(summary, "files: 4 passed (4); tests: 28 passed (28)");
    let outcome = example.project.run(&["test", "--max-workers=1"]).expect(0);
    assert_eq!(outcome.summary(), summary);
}

#[test]
fn guestbook() {
    let (example, summary) = Example::passes("guestbook");
    assert_eq!(summary, "files: 8 passed (8); tests: 27 passed (27)");
    let (shown, failures) = example.fails(
        r#"import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { list, sign } from "../src/entries";

describe("the guestbook", () => {
  it("keeps what was signed", async () => {
    await sign(env.DB, "Ada", "hi");
    const entries: { name: string; message: string }[] = await list(env.DB);
    expect(entries.map(({ name, message }) => ({ name, message }))).toEqual([
      { name: "Ada", message: "hello" },
    ]);
  });
});
"#,
    );
    assert_snapshot!(shown, @r#"
    ⎯⎯⎯⎯⎯⎯⎯ Failed Tests 1 ⎯⎯⎯⎯⎯⎯⎯

     FAIL  test/deliberate.test.ts > the guestbook > keeps what was signed
    AssertionError: expected [ { name: 'Ada', message: 'hi' } ] to deeply equal [ { name: 'Ada', message: 'hello' } ]

    - Expected
    + Received

      [
        {
    -     "message": "hello",
    +     "message": "hi",
          "name": "Ada",
        },
      ]

     ❯ test/deliberate.test.ts:9:69
          7|     await sign(env.DB, "Ada", "hi");
          8|     const entries: { name: string; message: string }[] = await list(en…
          9|     expect(entries.map(({ name, message }) => ({ name, message }))).to…
           |                                                                     ^
         10|       { name: "Ada", message: "hello" },
         11|     ]);

    ⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯[1/1]⎯


     Test Files  1 failed | 8 passed (9)
          Tests  1 failed | 27 passed (28)
       Start at  <time>
       Duration  <duration>

    JSON report written to <root>/reports/report.json
    "#);
    assert_snapshot!(failures, @"
    <root>/test/deliberate.test.ts: the guestbook keeps what was signed
    AssertionError: expected [ { name: 'Ada', message: 'hi' } ] to deeply equal [ { name: 'Ada', message: 'hello' } ]
        at <root>/test/deliberate.test.ts:9:69
    ");
}

#[test]
fn cafe_counter() {
    let (example, summary) = Example::passes("café counter");
    assert_eq!(summary, "files: 11 passed (11); tests: 31 passed (31)");
    // Thrown by the Worker's own code: its place is there.
    let (shown, failures) = example.fails(
        r#"import { expect, it } from "vitest";
import { receipt } from "../src/receipt";

it("serves petrol", () => {
  expect(receipt(["espresso", "petrol"]).total).toBe(0);
});
"#,
    );
    assert_snapshot!(shown, @"
    ⎯⎯⎯⎯⎯⎯⎯ Failed Tests 1 ⎯⎯⎯⎯⎯⎯⎯

     FAIL  test/deliberate.test.ts > serves petrol
    RangeError: We do not serve petrol.
     ❯ priceOf src/prices.ts:7:11
          5|   const price = list[drink];
          6|   if (price === undefined) {
          7|     throw new RangeError(`We do not serve ${drink}.`);
           |           ^
          8|   }
          9|   return price;
     ❯ src/receipt.ts:16:25
     ❯ receipt src/receipt.ts:15:29
     ❯ test/deliberate.test.ts:5:10

    ⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯[1/1]⎯


     Test Files  1 failed | 11 passed (12)
          Tests  1 failed | 31 passed (32)
       Start at  <time>
       Duration  <duration>

    JSON report written to <root>/reports/report.json
    ");
    assert_snapshot!(failures, @"
    <root>/test/deliberate.test.ts: serves petrol
    RangeError: We do not serve petrol.
        at priceOf (<root>/src/prices.ts:7:11)
        at <root>/src/receipt.ts:16:25
        at receipt (<root>/src/receipt.ts:15:29)
        at <root>/test/deliberate.test.ts:5:10
    ");
}

#[test]
fn toml_and_env() {
    let (example, summary) = Example::passes("toml-and-env");
    assert_eq!(summary, "files: 3 passed (3); tests: 12 passed (12)");
    let (shown, failures) = example.fails(
        r#"import { env, SELF } from "cloudflare:test";
import { expect, it } from "vitest";

it("runs in production", async () => {
  const response = await SELF.fetch("https://notices.test/");
  expect({ ...(await response.json<object>()), most: env.MAX_NOTICES }).toStrictEqual({
    stage: "production",
    notices: [],
    most: 50,
  });
});
"#,
    );
    assert_snapshot!(shown, @r#"
    ⎯⎯⎯⎯⎯⎯⎯ Failed Tests 1 ⎯⎯⎯⎯⎯⎯⎯

     FAIL  test/deliberate.test.ts > runs in production
    AssertionError: expected { stage: 'staging', notices: [], …(1) } to strictly equal { stage: 'production', …(2) }

    - Expected
    + Received

      {
    -   "most": 50,
    +   "most": 2,
        "notices": [],
    -   "stage": "production",
    +   "stage": "staging",
      }

     ❯ test/deliberate.test.ts:6:73
          4| it("runs in production", async () => {
          5|   const response = await SELF.fetch("https://notices.test/");
          6|   expect({ ...(await response.json<object>()), most: env.MAX_NOTICES }…
           |                                                                         ^
          7|     stage: "production",
          8|     notices: [],

    ⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯[1/1]⎯


     Test Files  1 failed | 3 passed (4)
          Tests  1 failed | 12 passed (13)
       Start at  <time>
       Duration  <duration>

    JSON report written to <root>/reports/report.json
    "#);
    assert_snapshot!(failures, @"
    <root>/test/deliberate.test.ts: runs in production
    AssertionError: expected { stage: 'staging', notices: [], …(1) } to strictly equal { stage: 'production', …(2) }
        at <root>/test/deliberate.test.ts:6:73
    ");
}

#[test]
fn assets() {
    let (_, summary) = Example::passes("assets");
    assert_eq!(summary, "files: 2 passed (2); tests: 8 passed (8)");
}

#[test]
fn two_workers() {
    let (example, summary) = Example::passes("two-workers");
    assert_eq!(summary, "files: 2 passed (2); tests: 4 passed (4)");
    // In one process, each file still has its own other Worker.
    let outcome = example.project.run(&["test", "--max-workers=1"]).expect(0);
    assert_eq!(outcome.summary(), summary);
}

#[test]
fn pages() {
    let (example, summary) = Example::passes("pages");
    assert_eq!(summary, "files: 2 passed (2); tests: 14 passed (14)");
    let outcome = example.project.run(&["test", "--max-workers=1"]).expect(0);
    assert_eq!(outcome.summary(), summary);
}

#[test]
fn services() {
    let (example, summary) = Example::passes("services");
    assert_eq!(summary, "files: 2 passed (2); tests: 10 passed (10)");
    // In one process, each file still has its own auxiliary Workers.
    let outcome = example.project.run(&["test", "--max-workers=1"]).expect(0);
    assert_eq!(outcome.summary(), summary);
}

#[test]
fn sites() {
    let (example, summary) = Example::passes("sites");
    assert_eq!(summary, "files: 1 passed (1); tests: 5 passed (5)");
    let outcome = example.project.run(&["test", "--max-workers=1"]).expect(0);
    assert_eq!(outcome.summary(), summary);
}

#[test]
fn functions() {
    let (example, summary) = Example::passes("functions");
    assert_eq!(summary, "files: 2 passed (2); tests: 8 passed (8)");
    let outcome = example.project.run(&["test", "--max-workers=1"]).expect(0);
    assert_eq!(outcome.summary(), summary);
}

#[test]
fn vite_plugins() {
    let (example, summary) = Example::passes("vite-plugins");
    assert_eq!(summary, "files: 2 passed (2); tests: 7 passed (7)");
    let outcome = example.project.run(&["test", "--max-workers=1"]).expect(0);
    assert_eq!(outcome.summary(), summary);
}
