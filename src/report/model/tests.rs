use std::sync::Arc;

use camino::Utf8Path;
use oxc_sourcemap::SourceMapBuilder;
use serde_json::json;

use super::{Progress, Run, RunOptions, State, TestError};
use crate::report::frames::{Frame, JsonSourceMaps};

/// A map with one token: line 1, column 1 of the module is line 7, column 3 of its source.
fn source_map() -> String {
    let mut builder = SourceMapBuilder::default();
    let source = builder.set_source_and_content("index.ts", "");
    builder.add_token(0, 0, 6, 2, Some(source), None);
    builder.into_sourcemap().to_json_string()
}

fn collected(options: RunOptions) -> Run {
    let mut run = Run::new(options);
    let test = |id: &str| json!({ "id": id, "type": "test", "name": id, "mode": "run" });
    let suite = json!({ "id": "s", "type": "suite", "name": "suite", "tasks": [test("a"), test("b")] });
    let file = json!({ "id": "f", "name": "a.test.ts", "filepath": "/app/a.test.ts", "tasks": [suite] });
    run.collected(json!([file])).unwrap();
    run
}

#[test]
fn errors_point_into_the_sources_wherever_they_come_from() {
    let maps = JsonSourceMaps::new(|file| (file == "src/index.ts").then(source_map));
    let mut run =
        collected(RunOptions { source_maps: Some(Arc::new(maps)), ..RunOptions::new("/app".into()) });
    let error = json!({
        "name": "Error", "message": "no", "stack": "Error: no\n    at f (src/index.ts:1:1)",
        "cause": { "name": "Error", "message": "below", "stack": "Error: below\n    at /app/src/index.ts:1:1" },
    });
    let result =
        json!({ "state": "fail", "errors": [error], "attempts": [{ "state": "fail", "errors": [error] }] });
    run.task_update(json!([["a", result, {}]]), json!([])).unwrap();
    run.unhandled_error(error, "Unhandled Rejection");

    let frame = |function: &str| {
        [Frame { function: function.into(), file: "/app/src/index.ts".into(), line: 7, column: 3 }]
    };
    let (_, below) = run.task("a").unwrap();
    let result = below.last().unwrap().result().unwrap();
    for error in [&result.errors[0], &result.attempts[0].errors[0], &run.errors()[0].error] {
        assert_eq!(error.stack.as_deref(), Some("Error: no\n    at f (/app/src/index.ts:7:3)"));
        assert_eq!(error.frames, frame("f"));
        assert_eq!(error.cause.as_ref().unwrap().frames, frame(""));
    }
}

#[test]
fn a_test_that_skipped_itself_counts_as_skipped() {
    let mut run = collected(RunOptions::new("/app".into()));
    run.task_update(json!([["a", { "state": "skip", "note": "later" }, {}]]), json!([])).unwrap();
    run.unhandled_error(
        json!({ "code": "VITEST_PENDING", "taskId": "b", "note": "never" }),
        "Unhandled Error",
    );
    let counts = run.test_counts();
    assert_eq!((counts.skipped, counts.total, run.errors().len()), (2, 2, 0));
}

#[test]
fn results_of_unknown_tasks_are_nobodys() {
    let mut run = collected(RunOptions::new("/app".into()));
    let finished =
        run.task_update(json!([["x", { "state": "fail" }, {}]]), json!([["x", "suite-finished", null]]));
    assert_eq!(finished.unwrap(), []);
    assert_eq!(run.test_counts().failed, 0);
}

#[test]
fn a_file_is_finished_once() {
    let mut run = collected(RunOptions::new("/app".into()));
    let event = |name: &str| json!([["f", name, null]]);
    assert_eq!(run.task_update(json!([]), event("suite-prepare")).unwrap(), []);
    assert_eq!(
        run.task_update(json!([["f", { "state": "pass" }, {}]]), event("suite-finished")).unwrap(),
        [Progress::FileFinished(0)]
    );
    assert_eq!(run.task_update(json!([]), event("suite-failed-early")).unwrap(), []);
    assert_eq!(run.finish(), [0; 0]);
    assert_eq!(run.exit_code(), 0);
}

#[test]
fn what_a_worker_says_after_it_was_given_up_is_too_late() {
    let mut run = collected(RunOptions::new("/app".into()));
    let path = Utf8Path::new("/app/a.test.ts");
    run.file_failed("", path, TestError::new("Error", "killed"));
    run.task_update(json!([["f", { "state": "pass" }, {}]]), json!([["f", "suite-finished", null]])).unwrap();
    run.queued(json!({ "id": "f", "name": "a.test.ts", "filepath": path })).unwrap();
    assert_eq!(run.files()[0].result.as_ref().unwrap().state, State::Fail);
    assert_eq!((run.files()[0].tests().len(), run.exit_code()), (2, 1));
}

#[test]
fn the_same_path_may_belong_to_two_projects() {
    let mut run = Run::new(RunOptions::new("/app".into()));
    let path = Utf8Path::new("/app/a.test.ts");
    run.expect_file("one", path);
    run.expect_file("two", path);
    run.expect_file("one", path);
    assert_eq!(run.file_failed("two", path, TestError::new("Error", "no")), 1);
    assert_eq!(run.files()[0].result.as_ref().map(|result| result.state), None);
}

#[test]
fn snapshot_results_are_added_up() {
    let mut run = Run::new(RunOptions { update_snapshots: true, ..RunOptions::new("/app".into()) });
    let result = |added, unchecked| {
        json!({ "filepath": "/app/a.test.ts", "added": added, "matched": 2, "unchecked": unchecked,
        "uncheckedKeys": if unchecked == 0 { json!([]) } else { json!(["old 1"]) }, "fileDeleted": null })
    };
    run.snapshot_saved(result(1, 0)).unwrap();
    run.snapshot_saved(result(0, 1)).unwrap();
    run.obsolete_snapshot_file("/app/__snapshots__/gone.test.ts.snap".into());
    let summary = run.snapshots();
    assert_eq!((summary.added, summary.matched, summary.total, summary.files_added), (1, 4, 5, 1));
    assert_eq!((summary.unchecked, summary.files_removed, summary.did_update), (1, 1, true));
    assert_eq!(summary.unchecked_keys_by_file[0].keys, ["old 1"]);
}
