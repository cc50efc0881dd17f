//! Which tests are run, in which order, and when a run is given up: as in Vitest.

use insta::assert_snapshot;
use serde_json::Value;

use crate::support::Project;

fn project() -> Project {
    Project::worker()
        .file(
            "test/chosen.test.ts",
            "import { describe, expect, it } from 'vitest';

it.each([1, 2])('counts to %i', () => {});
it.skip('is skipped', () => {});
it.todo('is to do');
describe('suite', () => {
  it('adds', () => expect(1 + 1).toBe(2));

  it('fails', async () => {
    expect(1).toBe(2);
  });
});
",
        )
        .file("test/other.test.ts", "import { it } from 'vitest';\nit('passes', () => {});\n")
}

#[test]
fn lines_choose_tests_and_suites() {
    for project in [project(), project().with_vitest_4()] {
        insta::allow_duplicates! { lines_of(&project) };
    }
}

fn lines_of(project: &Project) {
    let run = |filters: &[&str]| project.run(&[&["test"], filters].concat());
    let summary = |filters: &[&str]| run(filters).summary();
    assert_snapshot!(summary(&["test/chosen.test.ts:7"]), @"files: 1 passed (1); tests: 1 passed | 5 skipped (6)");
    assert_snapshot!(summary(&["test/chosen.test.ts:3"]), @"files: 1 passed (1); tests: 2 passed | 4 skipped (6)");
    assert_snapshot!(summary(&["test/chosen.test.ts:6"]), @"files: 1 failed (1); tests: 1 failed | 1 passed | 4 skipped (6)");
    assert_snapshot!(summary(&["./test/chosen.test.ts:7", "other", "test/chosen.test.ts:3"]), @"files: 2 passed (2); tests: 4 passed | 3 skipped (7)");
    let nothing_there = run(&["test/chosen.test.ts:7", "test/chosen.test.ts:1", "test/chosen.test.ts:10"]);
    assert_snapshot!(nothing_there.expect(1).shown_failures(), @"
        ⎯⎯⎯⎯⎯⎯ Failed Suites 1 ⎯⎯⎯⎯⎯⎯⎯

         FAIL  test/chosen.test.ts [ test/chosen.test.ts ]
        Error: No test found in test/chosen.test.ts in lines 1, 10
        ⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯[1/1]⎯


         Test Files  1 failed (1)
              Tests  6 skipped (6)
           Start at  <time>
           Duration  <duration>
        ");
    assert_snapshot!(run(&["chosen.test.ts:7"]).expect(2).stderr, @"error: Couldn't find file chosen.test.ts. Note when specifying the test location you have to specify the full test filename.");
    assert_snapshot!(run(&["test/chosen.test.ts:7", "--no-include-task-location"]).expect(2).stderr, @"error: Received line number filters while `includeTaskLocation` option is disabled");
}

#[test]
fn tests_are_listed_in_the_words_of_vitest() {
    let project = project();
    let list = |arguments: &[&str]| project.run(&[&["list"], arguments].concat()).expect(0);
    assert_snapshot!(list(&[]).stdout, @"
        test/chosen.test.ts > counts to 1
        test/chosen.test.ts > counts to 2
        test/chosen.test.ts > suite > adds
        test/chosen.test.ts > suite > fails
        test/other.test.ts > passes
        ");
    assert_snapshot!(list(&["-t", "to 2$"]).stdout, @"test/chosen.test.ts > counts to 2");
    assert_snapshot!(list(&["test/chosen.test.ts:7"]).stdout, @"test/chosen.test.ts > suite > adds");
    assert_snapshot!(list(&["--filesOnly"]).stdout, @"
        test/chosen.test.ts
        test/other.test.ts
        ");
    assert_snapshot!(list(&["nowhere", "--json"]).stdout, @"[]");
    let tests = list(&["--json", "--exclude=**/other*"]).json();
    let root = project.root();
    let place = |line: u32, column: u32| serde_json::json!({ "line": line, "column": column });
    let test = |name: &str, location: Value| serde_json::json!({ "name": name, "file": format!("{root}/test/chosen.test.ts"), "location": location });
    let expected = [
        test("counts to 1", place(3, 16)),
        test("counts to 2", place(3, 16)),
        test("suite > adds", place(7, 3)),
        test("suite > fails", place(9, 3)),
    ];
    assert_eq!(tests, Value::from(expected.to_vec()));
    assert_eq!(list(&["chosen", "--json", "--no-static-parse"]).json()[0].get("location"), None);
    list(&["--files-only", "--json=lists/files.json"]);
    assert_eq!(project.json("lists/files.json")[1]["file"], format!("{root}/test/other.test.ts"));
    project.write("test/broken.test.ts", "import { it } from 'vitest';\nthrow new Error('broken');\n");
    let outcome = project.run(&["list"]).expect(1);
    assert_eq!(outcome.stdout, "");
    assert!(outcome.stderr.contains("Error: broken\n ❯ test/broken.test.ts:2:7\n"), "{outcome}");
}

/// A file that says when it runs.
fn speaking(index: usize, body: &str) -> String {
    format!(
        "import {{ it }} from 'vitest';\nit('one', async () => {{ console.log('file {index}'); {body} }});\nit('two', () => {{}});\n"
    )
}

/// In which order the files said that they run.
fn order(project: &Project, arguments: &[&str]) -> String {
    let outcome = project.run(&[&["test", "--maxWorkers=1"], arguments].concat());
    let said = outcome.stdout.lines().filter_map(|line| line.strip_prefix("file "));
    said.collect()
}

#[test]
fn files_run_in_the_order_of_the_sequencer() {
    let waiting = |time: u32| format!("await new Promise((done) => setTimeout(done, {time}))");
    let project = Project::worker()
        .file("1.test.ts", &speaking(1, ""))
        .file("2.test.ts", &speaking(2, &waiting(120)))
        .file("3.test.ts", &speaking(3, &waiting(360)))
        .file("4.test.ts", &speaking(4, "throw 1; /* the largest file, of which nothing is known yet */"));
    assert!(order(&project, &[]).starts_with('4'));
    assert_eq!(order(&project, &[]), "4321");
    project.write("5.test.ts", &speaking(5, ""));
    assert_eq!(order(&project, &["--no-cache"]).chars().next(), Some('4'));
    assert_eq!(order(&project, &["--no-isolate"]), "54321");
    // What `vitest run --sequence.shuffle --sequence.seed=…` runs of these files.
    assert_eq!(order(&project, &["--sequence.shuffle", "--sequence.seed=3"]), "15342");
    assert_eq!(order(&project, &["--sequence.shuffle.files", "--sequence.seed=1"]), "32154");
    let shuffled = project.run(&["test", "--sequence.shuffle", "--sequence.seed=7"]);
    assert!(shuffled.stdout.contains("Running tests with seed \"7\""), "{shuffled}");
}

#[test]
fn a_run_is_given_up_after_some_failures() {
    let project = Project::worker()
        .file("1.test.ts", &speaking(1, "await new Promise((done) => setTimeout(done, 60_000));"))
        .file("2.test.ts", &speaking(2, "throw new Error('2');"))
        .file("3.test.ts", &speaking(3, "throw new Error('3');"))
        .config("{ testTimeout: 90_000, sequence: { shuffle: { files: true }, seed: 0 } }");
    for isolation in ["--isolate", "--no-isolate"] {
        let outcome = project.run(&["test", "--bail", "--maxWorkers=1", isolation, "2", "3"]).expect(1);
        assert!(!outcome.stdout.contains("2.test.ts (2 tests | 1 failed)"), "{outcome}");
        assert!(outcome.summary().contains("tests: 1 failed ("), "{outcome}");
    }
    // A test that runs in another process ends too.
    let outcome = project.run(&["test", "--bail=1", "--maxWorkers=2", "1", "2"]).expect(1);
    assert!(outcome.summary().contains("files: 1 failed"), "{outcome}");
    let outcome = project.run(&["test", "--bail=2", "--maxWorkers=1", "2", "3"]).expect(1);
    assert_snapshot!(outcome.summary(), @"files: 2 failed (2); tests: 2 failed | 1 passed (4)");
}
