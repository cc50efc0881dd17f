//! Vitest's `json` reporter: the shape Jest's has, key for key as Vitest 5.1 writes it.

use std::{
    io::{self, Write},
    time::UNIX_EPOCH,
};

use serde::Serialize;
use serde_json::{Number, Value};

use super::{
    Reporter,
    model::{File, Location, Mode, Run, SnapshotSummary, State, TaskRef, Test},
};

/// The `json` reporter; writes one line at the end of the run.
#[derive(Default)]
pub struct JsonReporter;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report<'a> {
    num_total_test_suites: usize,
    num_passed_test_suites: usize,
    num_failed_test_suites: usize,
    num_pending_test_suites: usize,
    num_total_tests: usize,
    num_passed_tests: usize,
    num_failed_tests: usize,
    num_pending_tests: usize,
    num_todo_tests: usize,
    snapshot: &'a SnapshotSummary,
    start_time: Number,
    success: bool,
    test_results: Vec<FileReport<'a>>,
    #[serde(skip_serializing_if = "Value::is_null")]
    coverage_map: &'a Value,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FileReport<'a> {
    assertion_results: Vec<TestReport<'a>>,
    start_time: Number,
    end_time: Number,
    status: &'static str,
    message: &'a str,
    name: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TestReport<'a> {
    ancestor_titles: Vec<&'a str>,
    full_name: String,
    status: &'static str,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration: Option<Number>,
    failure_messages: Vec<Option<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<Place>,
    #[serde(skip_serializing_if = "Value::is_null")]
    meta: &'a Value,
    tags: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    benchmarks: Option<&'a Value>,
}

#[derive(Serialize)]
struct Place {
    line: u32,
    column: u32,
}

impl Reporter for JsonReporter {
    fn wants_coverage(&self) -> bool {
        true
    }

    fn run_finished(&mut self, run: &Run, out: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer(&mut *out, &report(run))?;
        out.write_all(b"\n")
    }
}

fn report(run: &Run) -> Report<'_> {
    let (mut suites, mut failed_suites, mut pending_suites) = (0, 0, 0);
    let (mut tests, mut passed, mut failed, mut pending, mut todo) = (0, 0, 0, 0, 0);
    for file in run.files() {
        file.walk(&mut |task, _| {
            let state = task.state();
            let waits = matches!(state, Some(State::Run | State::Queued));
            if let TaskRef::Test(test) = task {
                tests += 1;
                passed += usize::from(state == Some(State::Pass));
                failed += usize::from(state == Some(State::Fail));
                pending += usize::from(waits || test.mode == Mode::Skip || state == Some(State::Skip));
                todo += usize::from(test.mode == Mode::Todo);
                return;
            }
            suites += 1;
            if state == Some(State::Fail) || matches!(task, TaskRef::File(file) if file.is_unfinished()) {
                failed_suites += 1;
            } else if waits || task.mode() == Mode::Todo {
                pending_suites += 1;
            }
        });
    }
    let start = run.started_at().duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64() * 1000.0);
    let some_ran = !run.files().is_empty() || run.options().pass_with_no_tests;
    Report {
        num_total_test_suites: suites,
        num_passed_test_suites: suites - failed_suites - pending_suites,
        num_failed_test_suites: failed_suites,
        num_pending_test_suites: pending_suites,
        num_total_tests: tests,
        num_passed_tests: passed,
        num_failed_tests: failed,
        num_pending_tests: pending,
        num_todo_tests: todo,
        snapshot: run.snapshots(),
        start_time: number(start.floor()),
        success: some_ran && failed_suites == 0 && failed == 0,
        test_results: run.files().iter().map(|file| file_report(file, start.floor())).collect(),
        coverage_map: run.coverage(),
    }
}

fn file_report(file: &File, run_start: f64) -> FileReport<'_> {
    let tests = file.tests();
    let results = || tests.iter().filter_map(|(test, _)| test.result.as_ref());
    let start = results().filter_map(|result| result.start_time).fold(f64::INFINITY, f64::min);
    let start = if start.is_finite() { start } else { run_start };
    let end = results()
        .map(|result| result.start_time.unwrap_or(0.0) + result.duration.unwrap_or(0.0))
        .fold(start, f64::max);
    let failed = file.is_unfinished()
        || file.result.as_ref().is_some_and(|result| result.state == State::Fail)
        || results().any(|result| result.state == State::Fail);
    let error = file.result.as_ref().and_then(|result| result.errors.first());
    FileReport {
        assertion_results: tests
            .iter()
            .map(|(test, above)| test_report(test, above.iter().map(|suite| suite.name.as_str()).collect()))
            .collect(),
        start_time: number(start),
        end_time: number(end),
        status: if failed { "failed" } else { "passed" },
        message: error.map_or("", |error| &error.message),
        name: file.filepath.as_str(),
    }
}

fn test_report<'a>(test: &'a Test, ancestor_titles: Vec<&'a str>) -> TestReport<'a> {
    let result = test.result.as_ref();
    let mut names = ancestor_titles.clone();
    names.extend((!test.name.is_empty()).then_some(test.name.as_str()));
    let errors = result.map_or(&[][..], |result| &result.errors);
    TestReport {
        full_name: names.join(" "),
        ancestor_titles,
        status: status(test),
        title: &test.name,
        duration: result.and_then(|result| result.duration).map(number),
        failure_messages: errors
            .iter()
            .map(|error| {
                let stack = error.stack.as_deref().filter(|stack| !stack.is_empty());
                stack.or_else(|| error.has_message().then_some(&*error.message))
            })
            .collect(),
        location: test.location.map(|Location { line, column }| Place { line, column }),
        meta: &test.meta,
        tags: &test.tags,
        benchmarks: test.benchmarks.as_ref(),
    }
}

fn status(test: &Test) -> &'static str {
    match (test.result.as_ref().map(|result| result.state), test.mode) {
        (Some(State::Fail), _) => "failed",
        (Some(State::Pass), _) => "passed",
        (Some(State::Skip), _) | (None, Mode::Skip) => "skipped",
        (Some(State::Todo), _) | (None, Mode::Todo) => "todo",
        _ => "pending",
    }
}

/// A number as JavaScript writes it: without a fraction if it has none.
fn number(value: f64) -> Number {
    #[expect(clippy::cast_possible_truncation, reason = "checked to be a whole number that fits")]
    if value.fract() == 0.0 && value.abs() < 9e15 {
        return Number::from(value as i64);
    }
    Number::from_f64(value).unwrap_or_else(|| Number::from(0))
}

#[cfg(test)]
mod tests;
