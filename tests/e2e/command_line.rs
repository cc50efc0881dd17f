//! What the command line chooses: files, tests, reports.

use insta::assert_snapshot;

use crate::support::Project;

fn project() -> Project {
    Project::worker()
        .file(
            "test/one.test.ts",
            "import { describe, expect, it } from 'vitest';
             describe('numbers', () => {
               it('adds', () => expect(1 + 1).toBe(2));
               it('multiplies', () => expect(2 * 2).toBe(4));
             });
            ",
        )
        .file(
            "test/two.test.ts",
            "import { it } from 'vitest';\nit('adds words 日本語', () => console.log('said'));\n",
        )
        .file("test/deep/one.test.ts", "import { it } from 'vitest';\nit('multiplies words', () => {});\n")
}

#[test]
fn filters_choose_files_and_tests() {
    let project = project();
    let summary = |arguments: &[&str]| project.run(&[&["test"], arguments].concat()).expect(0).summary();
    assert_snapshot!(summary(&[]), @"files: 3 passed (3); tests: 4 passed (4)");
    assert_snapshot!(summary(&["one"]), @"files: 2 passed (2); tests: 3 passed (3)");
    assert_snapshot!(summary(&["deep/", "two"]), @"files: 2 passed (2); tests: 2 passed (2)");
    assert_snapshot!(summary(&["./test/two.test.ts"]), @"files: 1 passed (1); tests: 1 passed (1)");
    assert_snapshot!(summary(&["-t", "adds"]), @"files: 2 passed | 1 skipped (3); tests: 2 passed | 2 skipped (4)");
    assert_snapshot!(summary(&["-t", "^numbers > multiplies$"]), @"files: 1 passed | 2 skipped (3); tests: 1 passed | 3 skipped (4)");
    assert_snapshot!(summary(&["--test-name-pattern", "words 日本語$"]), @"files: 1 passed | 2 skipped (3); tests: 1 passed | 3 skipped (4)");
    assert_snapshot!(summary(&["one", "-t", "multi"]), @"files: 2 passed (2); tests: 2 passed | 1 skipped (3)");
}

#[test]
fn a_filter_that_fits_nothing() {
    let project = project();
    assert_snapshot!(project.run(&["test", "nowhere"]).expect(1), @"
    exit code 1
    ----- stdout
     RUN  wpt-gen v0.1.0 (vitest v5.1.1) <root>

    No test files found, exiting with code 1

    filter: nowhere
    include: **/*.{test,spec}.?(c|m)[jt]s?(x)
    exclude: **/node_modules/**, **/.git/**
    ");
    assert_snapshot!(project.run(&["test", "nowhere", "--passWithNoTests"]).expect(0), @"
    exit code 0
    ----- stdout
     RUN  wpt-gen v0.1.0 (vitest v5.1.1) <root>

    No test files found, exiting with code 0

    filter: nowhere
    include: **/*.{test,spec}.?(c|m)[jt]s?(x)
    exclude: **/node_modules/**, **/.git/**
    ");
}

#[test]
fn json_is_all_of_stdout() {
    let project = project();
    let reporters = "test: { reporters: [['json', { stdout: true }]] }";
    project.write("vitest.config.ts", &project.read("vitest.config.ts").replace("test: {}", reporters));
    let outcome = project.run(&["test"]).expect(0);
    let report = outcome.json();
    assert_eq!(report["success"], true);
    assert_eq!(report["numTotalTests"], 4);
    assert_eq!(report["numPassedTests"], 4);
    let mut names: Vec<&str> = report["testResults"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|file| file["assertionResults"].as_array().unwrap())
        .map(|test| test["fullName"].as_str().unwrap())
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["adds words 日本語", "multiplies words", "numbers adds", "numbers multiplies"]);
    assert_eq!(outcome.stderr, "");
}

#[test]
fn a_project_elsewhere() {
    let project = project();
    let root = project.root().as_str();
    let elsewhere = Project::empty();
    assert_snapshot!(elsewhere.run(&["test", "--root", root, "two"]).expect(0).summary(), @"files: 1 passed (1); tests: 1 passed (1)");
    project.write(
        "only-two.config.ts",
        &project.read("vitest.config.ts").replace("test: {}", "test: { include: ['**/two.test.ts'] }"),
    );
    assert_snapshot!(project.run(&["test", "--config", "only-two.config.ts"]).expect(0).summary(), @"files: 1 passed (1); tests: 1 passed (1)");
}

/// Text, names and paths that are not ASCII.
#[test]
fn any_letters() {
    let project = Project::worker()
        .file(
            "src/grüße.ts",
            "export const grüße = { text: '¡Olá, 世界! 👋' };\nexport const é = () => 'ü';\n",
        )
        .file("src/größen.json", r#"{ "groß": "ß" }"#)
        .file(
            "src/index.ts",
            "import { grüße } from './grüße';\nexport default { fetch: () => new Response(grüße.text) };\n",
        )
        .file(
            "test/größe 世.test.ts",
            "import { SELF } from 'cloudflare:test';
             import { expect, it } from 'vitest';
             import größen from '../src/größen.json';
             import { é, grüße } from '../src/grüße';
             import { raw } from '../src/plain';
             it('ist groß 👋', async () => {
               expect(grüße.text).toBe('\\u00a1Ol\\u00e1, \\u4e16\\u754c! \\u{1f44b}');
               expect(é()).toBe('\\u00fc');
               expect(größen).toEqual({ 'gro\\u00df': '\\u00df' });
               expect(raw).toBe('\\u00e9');
               expect(await (await SELF.fetch('https://worker.test/')).text()).toBe(grüße.text);
               expect(grüße.text).toMatchInlineSnapshot();
               expect(grüße.text).toBe('世');
             });
            ",
        )
        .file("src/plain.ts", "import text from './text.txt';\nexport const raw = text;\n")
        .file("src/text.txt", "é");
    let outcome = project.run(&["test"]).expect(1);
    assert!(project.read("test/größe 世.test.ts").contains("toMatchInlineSnapshot(`\"¡Olá, 世界! 👋\"`)"));
    assert_snapshot!(outcome, @r#"
    exit code 1
    ----- stdout
     RUN  wpt-gen v0.1.0 (vitest v5.1.1) <root>

     ❯ test/größe 世.test.ts (1 test | 1 failed) <duration>
       × ist groß 👋 <duration>

    ⎯⎯⎯⎯⎯⎯⎯ Failed Tests 1 ⎯⎯⎯⎯⎯⎯⎯

     FAIL  test/größe 世.test.ts > ist groß 👋
    AssertionError: expected '¡Olá, 世界! 👋' to be '世' // Object.is equality

    Expected: "世"
    Received: "¡Olá, 世界! 👋"

     ❯ test/größe 世.test.ts:13:35
         11|                expect(await (await SELF.fetch('https://worker.test/'))…
         12|                expect(grüße.text).toMatchInlineSnapshot(`"¡Olá, 世界! 👋"…
         13|                expect(grüße.text).toBe('世');
           |                                   ^
         14|              });
         15|

    ⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯[1/1]⎯


      Snapshots  1 written
     Test Files  1 failed (1)
          Tests  1 failed (1)
       Start at  <time>
       Duration  <duration>
    "#);
}

#[test]
fn no_test_files() {
    let project = Project::worker();
    assert_snapshot!(project.run(&["test"]).expect(1), @"
    exit code 1
    ----- stdout
     RUN  wpt-gen v0.1.0 (vitest v5.1.1) <root>

    No test files found, exiting with code 1

    include: **/*.{test,spec}.?(c|m)[jt]s?(x)
    exclude: **/node_modules/**, **/.git/**
    ");
    assert_snapshot!(project.run(&["test", "--passWithNoTests"]).expect(0), @"
    exit code 0
    ----- stdout
     RUN  wpt-gen v0.1.0 (vitest v5.1.1) <root>

    No test files found, exiting with code 0

    include: **/*.{test,spec}.?(c|m)[jt]s?(x)
    exclude: **/node_modules/**, **/.git/**
    ");
    project.write(
        "vitest.config.ts",
        &project.read("vitest.config.ts").replace("test: {}", "test: { passWithNoTests: true }"),
    );
    project.run(&["test"]).expect(0);
}

#[test]
fn wrong_usage() {
    let project = Project::worker();
    assert_snapshot!(project.run(&["test", "--reporter=dots"]).expect(2), @"
    exit code 2
    ----- stderr
    error: there is no reporter `dots` here: use `vitest --reporter=dots` with `wpt-gen/vitest`
    ");
    assert_snapshot!(project.run(&["test", "--root", "nowhere"]).expect(2), @"
    exit code 2
    ----- stderr
    error: nowhere is not a folder: No such file or directory (os error 2)
    ");
    assert_snapshot!(project.run(&["test", "--config", "nowhere.ts"]).expect(2), @"
    exit code 2
    ----- stderr
    error[missing-file]: the Vitest config nowhere.ts does not exist
    ");
}
