//! The `verbose` reporter: a line for each test, as soon as it is over.

use std::fmt::Write;

use super::{
    annotations::annotations,
    file_lines::test_suffix,
    full_name,
    paint::{RED, paint, project_label, sign},
};
use crate::report::model::{Mode, Run, State, TaskRef, TestCase};

/// The line of a test, with the messages of its errors and what it was annotated with.
pub(super) fn test_lines(run: &Run, case: &TestCase<'_>, colour: bool) -> String {
    let options = run.options();
    let outcome = case.outcome();
    let mut text = String::new();
    if options.hide_skipped_tests && outcome == Some(State::Skip) && case.test.mode != Mode::Todo {
        return text;
    }
    let mut below: Vec<_> = case.above.iter().map(|suite| TaskRef::Suite(suite)).collect();
    below.push(TaskRef::Test(case.test));
    let label = project_label(&case.file.project_name, &options.projects, colour);
    let label = if label.is_empty() { label } else { label + " " };
    let _ = writeln!(
        text,
        " {} {label}{}{}",
        sign(TaskRef::Test(case.test)),
        full_name(case.file, &below),
        test_suffix(case.test, options)
    );
    if outcome == Some(State::Fail) {
        let errors = case.test.result.iter().flat_map(|result| &result.errors);
        for error in errors {
            let _ = writeln!(text, "{}", paint(RED, format!("   → {}", error.shown_message())));
        }
    }
    if !case.test.annotations.is_empty() {
        text.push('\n');
        annotations(run, case.test, 3, &mut text);
        text.push('\n');
    }
    text
}
