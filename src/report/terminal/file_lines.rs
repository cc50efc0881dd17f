//! The lines of one finished test file: itself, and those of its tests that deserve a line.

use std::fmt::Write;

use super::{
    Look, TerminalReporter,
    paint::{CHECK, DIM, GREY, MAGENTA, RED, YELLOW, duration_after, paint, project_label, sign},
};
use crate::report::model::{File, Mode, Run, RunOptions, State, Suite, Task, TaskRef, TaskResult, Test};

/// Writes the lines.
pub(super) fn file_lines(reporter: &TerminalReporter, run: &Run, file: &File, text: &mut String) {
    let extent = match reporter.look {
        Look::Tree => Extent::All,
        Look::Minimal => Extent::Failed,
        _ if reporter.is_terminal && run.files().len() <= 1 => Extent::All,
        _ => Extent::Notable,
    };
    if extent == Extent::Failed && TaskRef::File(file).outcome() != Some(State::Fail) {
        return;
    }
    let options = run.options();
    let mut lister = Lister {
        options,
        extent,
        file_failed: TaskRef::File(file).outcome() == Some(State::Fail),
        file_skipped: file.mode == Mode::Skip,
        printed: Vec::new(),
        counts: FileCounts::default(),
        text: String::new(),
    };
    lister.visit(&file.tasks, &mut Vec::new(), lister.file_skipped);
    let label = project_label(&file.project_name, &options.projects, reporter.colour);
    let label = if label.is_empty() { label } else { format!("{label} ") };
    let result = file.result.as_ref();
    let _ = writeln!(
        text,
        " {} {label}{} {}{}{}",
        sign(TaskRef::File(file)),
        file.name,
        lister.counts.written(),
        duration_after(result.and_then(|result| result.duration), options.slow_test_threshold),
        heap(result),
    );
    *text += &lister.text;
}

#[derive(Default)]
struct FileCounts {
    tests: usize,
    failed: usize,
    skipped: usize,
    todo: usize,
}

impl FileCounts {
    /// `(3 tests | 1 failed)`.
    fn written(&self) -> String {
        let ending = if self.tests > 1 { "s" } else { "" };
        let mut parts = paint(DIM, format!("({} test{ending}", self.tests));
        for (count, style, word) in
            [(self.failed, RED, "failed"), (self.skipped, YELLOW, "skipped"), (self.todo, GREY, "todo")]
        {
            if count > 0 {
                parts += &paint(DIM, " | ");
                parts += &paint(style, format!("{count} {word}"));
            }
        }
        parts + &paint(DIM, ")")
    }
}

/// Which tests have lines.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Extent {
    All,
    /// Slow ones, and all of a file that failed.
    Notable,
    Failed,
}

struct Lister<'a> {
    options: &'a RunOptions,
    extent: Extent,
    file_failed: bool,
    file_skipped: bool,
    /// Ids of the suites that have their line.
    printed: Vec<&'a str>,
    counts: FileCounts,
    text: String,
}

impl<'a> Lister<'a> {
    fn visit(&mut self, tasks: &'a [Task], above: &mut Vec<&'a Suite>, in_skipped: bool) {
        for task in tasks {
            match task {
                Task::Suite(suite) => {
                    let skipped = TaskRef::Suite(suite).outcome() == Some(State::Skip);
                    let hidden = self.options.hide_skipped_tests && skipped && suite.mode != Mode::Todo;
                    if self.extent == Extent::All && !hidden {
                        self.suite(suite, above.len());
                    }
                    above.push(suite);
                    self.visit(&suite.tasks, above, skipped);
                    above.pop();
                }
                Task::Test(test) => {
                    self.counts.tests += 1;
                    let state = TaskRef::Test(test).outcome();
                    match state {
                        Some(State::Fail) => self.counts.failed += 1,
                        Some(State::Skip) if test.mode == Mode::Todo => self.counts.todo += 1,
                        Some(State::Skip) => self.counts.skipped += 1,
                        _ => {}
                    }
                    if !(self.options.hide_skipped_tests && in_skipped && test.mode != Mode::Todo) {
                        self.test(test, state, above);
                    }
                }
            }
        }
    }

    fn test(&mut self, test: &'a Test, state: Option<State>, above: &[&'a Suite]) {
        let result = test.result.as_ref();
        let duration = result.and_then(|result| result.duration);
        let failed = state == Some(State::Fail);
        let slow = duration.is_some_and(|duration| duration > self.options.slow_test_threshold);
        let hidden = self.options.hide_skipped_tests && state == Some(State::Skip) && test.mode != Mode::Todo;
        let wanted = match self.extent {
            Extent::All => slow || !hidden,
            Extent::Notable => slow || self.file_failed && !hidden,
            Extent::Failed => false,
        };
        if !failed && !wanted {
            return;
        }
        for (depth, suite) in above.iter().enumerate() {
            self.suite(suite, depth);
        }
        let indent = "  ".repeat(above.len() + 1);
        let name = &test.name;
        let head = if failed {
            paint(RED, format!(" {indent}× {name}"))
        } else if slow {
            format!(" {indent}{} {name}", paint(YELLOW.dimmed(), CHECK))
        } else {
            format!(" {indent}{} {name}", sign(TaskRef::Test(test)))
        };
        let _ = writeln!(self.text, "{head}{}", test_suffix(test, self.options));
    }

    /// The line of a suite, unless it was written before.
    fn suite(&mut self, suite: &'a Suite, depth: usize) {
        if self.printed.contains(&suite.id.as_str()) {
            return;
        }
        self.printed.push(&suite.id);
        let indent = "  ".repeat(depth + 1);
        let count = paint(DIM, format!("({})", count_tests(&suite.tasks)));
        let _ = writeln!(self.text, " {indent}{} {} {count}", sign(TaskRef::Suite(suite)), suite.name);
    }
}

fn count_tests(tasks: &[Task]) -> usize {
    tasks
        .iter()
        .map(|task| match task {
            Task::Suite(suite) => count_tests(&suite.tasks),
            Task::Test(_) => 1,
        })
        .sum()
}

/// What is behind a test's name: how long it took, how often it was tried.
pub(super) fn test_suffix(test: &Test, options: &RunOptions) -> String {
    let Some(result) = &test.result else { return String::new() };
    let mut suffix = duration_after(result.duration, options.slow_test_threshold);
    for (count, word) in [(result.retry_count, "retry"), (result.repeat_count, "repeat")] {
        if count > 0 {
            suffix += &paint(YELLOW, format!(" ({word} x{count})"));
        }
    }
    suffix += &heap(Some(result));
    if let (Some(State::Skip), Some(note)) = (TaskRef::Test(test).outcome(), &result.note) {
        suffix += &paint(GREY.dimmed(), format!(" [{note}]"));
    }
    suffix
}

fn heap(result: Option<&TaskResult>) -> String {
    let megabytes = result.and_then(|result| result.heap).map(|bytes| (bytes / 1024.0 / 1024.0).floor());
    megabytes.map_or_else(String::new, |megabytes| paint(MAGENTA, format!(" {megabytes} MB heap used")))
}
