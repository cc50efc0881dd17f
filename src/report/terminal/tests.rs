use std::io;

use serde_json::{Value, json};

use super::{Look, TerminalReporter};
use crate::report::{
    Reporting,
    model::{Project, RunOptions, Silent, TestError},
    sample::{self, Recording, assert_same, options, replay, root},
};

fn plain() -> TerminalReporter {
    looking(Look::Default)
}

fn looking(look: Look) -> TerminalReporter {
    TerminalReporter { look, colour: false, is_terminal: false, columns: None, errors: None }
}

/// Times of the replay itself are no part of a report's look.
fn filtered(check: impl FnOnce()) {
    insta::with_settings!({
        snapshot_path => concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/report"),
        prepend_module_to_snapshot => false,
        filters => [
            (r"(?m)wpt-gen v\S+", "wpt-gen v[version]"),
            (r"(Start at.*?)\d\d:\d\d:\d\d", "$1[time]"),
            (r"(Duration.*?)[\d.]+m?s", "$1[time]"),
        ],
    }, { check() });
}

/// Compares with Vitest's own, but for the first line, the times, and what only Vitest has workers for.
fn is_the_same(name: &str, look: Look) {
    let (ours, theirs) = sample::VITEST_5.both(name, looking(look));
    let cut = |text: &str, pattern: &str, by: &str| {
        regex::Regex::new(pattern).unwrap().replace_all(text, by).into_owned()
    };
    let [ours, theirs] = [ours, Recording::as_we_show_it(&theirs)].map(|text| {
        let text = cut(&text, r"(?m)^ RUN .*$", " RUN");
        let text = cut(&text, r"(?m)^   Start at .*$", "   Start at");
        let text = cut(&text, r"(?m)^(   Duration  )\S+", "$1");
        cut(&text, r"\n    Isolate .*\n.*\n", "")
    });
    assert_same(&ours, &theirs);
}

#[test]
fn all_looks_are_those_of_vitest() {
    is_the_same("default", Look::Default);
    is_the_same("verbose", Look::Verbose);
    is_the_same("tree", Look::Tree);
    is_the_same("dot", Look::Dot);
    is_the_same("minimal", Look::Minimal);
}

#[test]
fn the_sample_in_colour() {
    let reporter = TerminalReporter {
        look: Look::Default,
        colour: true,
        is_terminal: true,
        columns: Some(60),
        errors: None,
    };
    let (_, _, text) = replay(sample::VITEST_5.calls, options(), reporter);
    filtered(|| insta::assert_snapshot!("sample-in-colour", text.replace('\u{1b}', "\\e")));
}

#[test]
fn vitest_4_is_reported_alike() {
    let (code, run, text) = replay(sample::VITEST_4.calls, options(), plain());
    assert_eq!(code, 1);
    assert_eq!(run.test_counts(), replay(sample::VITEST_5.calls, options(), plain()).1.test_counts());
    // Before Vitest 5 it is not told which attempt an error is from, only how often it came.
    assert!(text.contains(" FAIL  test/slow.test.ts:15 > fails on every try (2 times)\n"), "{text}");
}

#[test]
fn nothing_to_run_says_where_was_looked() {
    let project = Project {
        name: "unit".into(),
        include: vec!["**/*.test.ts".into(), "**/*.spec.ts".into()],
        exclude: vec!["**/node_modules/**".into()],
        ..Project::default()
    };
    let options = RunOptions { filters: vec!["nowhere".into()], projects: vec![project], ..options() };
    let (code, _, text) = replay("[]", options.clone(), plain());
    assert_eq!(code, 1);
    insta::assert_snapshot!(text, @r"
    No test files found, exiting with code 1

    filter: nowhere
    project: unit
    include: **/*.test.ts, **/*.spec.ts
    exclude: **/node_modules/**
    ");
    let (code, _, text) = replay("[]", RunOptions { pass_with_no_tests: true, ..options }, plain());
    assert_eq!((code, text.lines().next()), (0, Some("No test files found, exiting with code 0")));
}

/// One file with one test, in the given mode and with the given result, in project `unit`.
fn one_file(result: &Value, console: bool) -> String {
    let file = |mode: &str| {
        json!({
            "id": "1", "name": "a.test.ts", "type": "suite", "mode": mode, "filepath": "/root/a.test.ts",
            "projectName": "unit",
            "tasks": [{ "id": "1_0", "type": "test", "name": "one", "mode": "run", "meta": {} }],
        })
    };
    let mut calls = vec![json!({ "method": "onCollected", "args": [[file("run")]] })];
    if console {
        let log = json!({ "type": "stderr", "content": "hello\n", "taskId": "1_0" });
        calls.push(json!({ "method": "onUserConsoleLog", "args": [log] }));
    }
    let packs = json!([["1_0", result, {}], ["1", { "state": result["state"], "duration": 3 }, {}]]);
    calls.push(json!({ "method": "onTaskUpdate", "args": [packs, [["1_0", "test-finished", null], ["1", "suite-finished", null]]] }));
    Value::Array(calls).to_string()
}

#[test]
fn tests_that_failed_may_be_the_only_ones_to_write() {
    let options = RunOptions { silent: Silent::PassedOnly, ..options() };
    let (_, _, text) = replay(&one_file(&json!({ "state": "pass" }), true), options.clone(), plain());
    assert!(!text.contains("hello"), "{text}");
    let (_, _, text) = replay(&one_file(&json!({ "state": "fail", "errors": [] }), true), options, plain());
    insta::assert_snapshot!(text.split("\n\n").take(2).collect::<Vec<_>>().join("\n\n"), @r"
    stderr | a.test.ts > one
    hello

     ❯ |unit| a.test.ts (1 test | 1 failed) 3ms
       × one
    ");
}

#[test]
fn a_single_file_is_listed_on_a_terminal() {
    let result = json!({ "state": "skip", "note": "not today", "repeatCount": 2, "heap": 3_200_000 });
    let reporter = TerminalReporter { is_terminal: true, ..plain() };
    let (code, _, text) = replay(&one_file(&result, false), options(), reporter);
    assert_eq!(code, 0);
    insta::assert_snapshot!(text.lines().take(2).collect::<Vec<_>>().join("\n"), @r"
     ↓ |unit| a.test.ts (1 test | 1 skipped) 3ms
       ↓ one (repeat x2) 3 MB heap used [not today]
    ");
}

#[test]
fn errors_without_a_message_a_code_frame_and_properties() {
    let error = json!({ "name": "Error", "stack": "Error\n    at wpt:runner:1:1", "message": "", "code": 3,
        "codeFrame": "  1| oops", "cause": { "message": "below", "code": 4 } });
    let (_, _, text) =
        replay(&one_file(&json!({ "state": "fail", "errors": [error] }), false), options(), plain());
    let start = text.find(" FAIL ").unwrap();
    insta::assert_snapshot!(text[start..].lines().take(8).collect::<Vec<_>>().join("\n"), @r"
     FAIL  |unit| a.test.ts > one
    Error
      1| oops

    Caused by: below
    ⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯
    Serialized Error: { code: 4 }
    ⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯[1/1]⎯
    ");
}

#[test]
fn a_file_that_was_killed_is_named_and_its_other_results_stay() -> io::Result<()> {
    let path = root().join("test/pass.test.ts");
    let mut reporting = Reporting::new(options(), Vec::new());
    reporting.start([("", path.as_path())])?;
    let test = |id: &str| json!({ "id": id, "type": "test", "name": id, "mode": "run" });
    let file =
        json!({ "id": "1", "name": "test/pass.test.ts", "filepath": path, "tasks": [test("a"), test("b")] });
    reporting.call("onCollected", vec![json!([file])]).unwrap();
    let packs = json!([["a", { "state": "pass" }, {}], ["b", { "state": "run" }, {}]]);
    reporting.call("onTaskUpdate", vec![packs, json!([])]).unwrap();
    assert_eq!(reporting.run().running_tests("", &path), ["b"]);
    reporting.file_failed("", &path, TestError::new("Error", "The file ran for more than 5 s"))?;
    let (code, run) = reporting.finish()?;
    assert_eq!(code, 1);
    assert_eq!((run.test_counts().passed, run.test_counts().total, run.file_counts().failed), (1, 2, 1));
    assert_eq!(run.files()[0].result.as_ref().unwrap().errors[0].message, "The file ran for more than 5 s");
    Ok(())
}

#[test]
fn a_file_nobody_heard_of_again_has_failed() -> io::Result<()> {
    let path = root().join("test/pass.test.ts");
    let mut reporting = Reporting::new(options(), Vec::new());
    reporting.start([("", path.as_path())])?;
    let (code, run) = reporting.finish()?;
    assert_eq!((code, run.file_counts().failed), (1, 1));
    Ok(())
}

#[test]
fn unhandled_errors_decide_on_the_exit_code_unless_ignored() {
    let passes = |ignore| {
        let options = RunOptions { dangerously_ignore_unhandled_errors: ignore, ..options() };
        let calls = one_file(&json!({ "state": "pass" }), false);
        let error = json!({ "method": "onUnhandledError", "args": [
            { "name": "AggregateError", "message": "", "errors": [{ "message": "a" }, { "message": "b" }] },
            "Unhandled Rejection",
        ] });
        let calls = calls.replacen('[', &format!("[{error},"), 1);
        let (code, run, _) = replay(&calls, options, plain());
        assert_eq!(run.errors().len(), 2);
        code
    };
    assert_eq!((passes(false), passes(true)), (1, 0));
}
