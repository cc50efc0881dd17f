//! The failures of a run: every error once, under all the tasks it failed.

use std::fmt::Write;

use super::{
    TerminalReporter,
    annotations::annotations,
    errors::error,
    full_name,
    paint::{BADGE, DIM, RED, banner, end_of_error, line, ordinal, paint, project_label},
};
use crate::report::{
    frames::Frames,
    model::{Attempt, File, Run, State, TaskRef, TestError},
};

/// A task that failed, with the way to it.
#[derive(Clone)]
struct Failed<'a> {
    file: &'a File,
    below: Vec<TaskRef<'a>>,
    task: TaskRef<'a>,
}

/// One error and whom it concerns: each task with the attempts that had it (`None` where attempts are not told).
struct Group<'a> {
    error: &'a TestError,
    tasks: Vec<(Failed<'a>, Vec<Option<&'a Attempt>>)>,
}

pub(super) fn failures(reporter: &TerminalReporter, run: &Run, text: &mut String) {
    let (mut suites, mut tests) = (Vec::new(), Vec::new());
    for file in run.files() {
        file.walk(&mut |task, above| {
            let list = match task {
                TaskRef::Test(_) if task.state() == Some(State::Fail) => &mut tests,
                TaskRef::File(_) | TaskRef::Suite(_)
                    if task.result().is_some_and(|result| !result.errors.is_empty()) =>
                {
                    &mut suites
                }
                _ => return,
            };
            let mut below: Vec<_> = above.iter().map(|suite| TaskRef::Suite(suite)).collect();
            if !matches!(task, TaskRef::File(_)) {
                below.push(task);
            }
            list.push(Failed { file, below, task });
        });
    }
    let (suite_errors, test_errors) = (grouped(&suites), grouped(&tests));
    let total = suite_errors.len() + test_errors.len();
    let mut number = 0;
    for (title, tasks, groups) in
        [("Failed Suites", suites.len(), &suite_errors), ("Failed Tests", tests.len(), &test_errors)]
    {
        if tasks == 0 {
            continue;
        }
        let _ = writeln!(text, "\n{}\n", banner(&format!("{title} {tasks}"), reporter.rule()));
        for group in groups {
            number += 1;
            one_group(reporter, run, group, text);
            let _ = writeln!(text, "{}\n", end_of_error(number, total, reporter.rule()));
        }
    }
}

/// Equal errors (stack and diff, in the same project) are one.
fn grouped<'a>(tasks: &[Failed<'a>]) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    for failed in tasks {
        for (error, attempt) in errors_of(failed.task) {
            let same = groups.iter_mut().find(|group| {
                error.stack.as_ref().is_some_and(|stack| !stack.is_empty())
                    && group.error.stack == error.stack
                    && group.error.diff == error.diff
                    && group.tasks[0].0.file.project_name == failed.file.project_name
            });
            let Some(group) = same else {
                groups.push(Group { error, tasks: vec![(failed.clone(), vec![attempt])] });
                continue;
            };
            match group.tasks.iter_mut().find(|(other, _)| other.task.id() == failed.task.id()) {
                Some((_, attempts)) => attempts.push(attempt),
                None => group.tasks.push((failed.clone(), vec![attempt])),
            }
        }
    }
    groups
}

fn errors_of(task: TaskRef<'_>) -> Vec<(&TestError, Option<&Attempt>)> {
    let Some(result) = task.result() else { return Vec::new() };
    // A host's own error (a timeout, a crash) is in no attempt.
    if result.attempts.iter().all(|attempt| attempt.errors.is_empty()) {
        return result.errors.iter().map(|error| (error, None)).collect();
    }
    let attempts = result.attempts.iter();
    attempts.flat_map(|attempt| attempt.errors.iter().map(move |error| (error, Some(attempt)))).collect()
}

fn one_group(reporter: &TerminalReporter, run: &Run, group: &Group<'_>, text: &mut String) {
    for (failed, attempts) in &group.tasks {
        let mut name = full_name(failed.file, &failed.below);
        let tries = tries(failed.task, attempts);
        if !tries.is_empty() {
            name += &paint(DIM, format!(" ({tries})"));
        }
        if failed.below.is_empty() {
            let path = super::errors::relative(failed.file.filepath.as_str(), &run.options().root);
            name += &paint(DIM, format!(" [ {path} ]"));
        }
        let label = project_label(&failed.file.project_name, &run.options().projects, reporter.colour);
        let label = if label.is_empty() { label } else { label + " " };
        let _ = writeln!(text, "{} {label}{name}", paint(BADGE, " FAIL "));
    }
    error(&run.options().root, group.error, reporter.detail(Frames::Own, reporter.look.is_verbose()), text);
    if let Some(TaskRef::Test(test)) = group.tasks.first().map(|(failed, _)| failed.task)
        && !test.annotations.is_empty()
    {
        annotations(run, test, 1, text);
        text.push('\n');
    }
}

/// Which tries of a test had an error: `initial run, 1st retry`, `2 times in 1st repeat`.
fn tries(task: TaskRef<'_>, attempts: &[Option<&Attempt>]) -> String {
    let several = task.result().is_some_and(|result| result.attempts.len() > 1);
    let mut counted: Vec<(String, usize)> = Vec::new();
    for attempt in attempts {
        let label = match attempt {
            Some(attempt) if several => try_name(attempt),
            _ => String::new(),
        };
        match counted.iter_mut().find(|(other, _)| *other == label) {
            Some((_, count)) => *count += 1,
            None => counted.push((label, 1)),
        }
    }
    let parts = counted.into_iter().map(|(label, count)| match (count, label.as_str()) {
        (1, _) => label,
        (_, "") => format!("{count} times"),
        _ => format!("{count} times in {label}"),
    });
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

fn try_name(attempt: &Attempt) -> String {
    match (attempt.retry_index, attempt.repeat_index) {
        (0, 0) => "initial run".to_owned(),
        (retry, 0) => format!("{} retry", ordinal(retry)),
        (0, repeat) => format!("{} repeat", ordinal(repeat)),
        (retry, repeat) => format!("{} retry of {} repeat", ordinal(retry), ordinal(repeat)),
    }
}

/// The errors that belong to no test.
pub(super) fn unhandled(reporter: &TerminalReporter, run: &Run, text: &mut String) {
    let errors = run.errors();
    if errors.is_empty() {
        return;
    }
    let ending = if errors.len() > 1 { "s" } else { "" };
    let explained = format!(
        "\nVitest caught {} unhandled error{ending} during the test run.\nThis might cause false positive tests. Resolve unhandled errors to make sure your tests are not affected.",
        errors.len()
    );
    let _ = writeln!(text, "{}", banner("Unhandled Errors", reporter.rule()));
    let _ = writeln!(text, "{}", paint(RED.bold(), explained));
    for unhandled in errors {
        let _ = writeln!(text, "\n{}", banner(&unhandled.kind, reporter.rule()));
        error(&run.options().root, &unhandled.error, reporter.detail(Frames::All, true), text);
    }
    let _ = writeln!(text, "{}\n", paint(RED, line(reporter.rule())));
}
