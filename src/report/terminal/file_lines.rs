//! The lines of one finished test file: itself, and those of its tests that deserve a line.

use std::fmt::Write;

use super::paint::{CHECK, DIM, GREY, MAGENTA, RED, YELLOW, duration_after, paint, project_label, sign};
use crate::report::model::{File, Mode, Run, RunOptions, State, Suite, Task, TaskRef, TaskResult, Test};

/// Writes the lines. `verbose` lists all tests even if none failed.
pub(super) fn file_lines(run: &Run, file: &File, verbose: bool, colour: bool, text: &mut String) {
    let options = run.options();
    let mut lister = Lister {
        options,
        verbose,
        file_failed: state(file.mode, file.result.as_ref()) == Some(State::Fail),
        file_skipped: file.mode == Mode::Skip,
        printed: Vec::new(),
        counts: FileCounts::default(),
        text: String::new(),
    };
    lister.visit(&file.tasks, &mut Vec::new(), lister.file_skipped);
    let label = project_label(&file.project_name, &options.projects, colour);
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

struct Lister<'a> {
    options: &'a RunOptions,
    verbose: bool,
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
                    let skipped = state(suite.mode, suite.result.as_ref()) == Some(State::Skip);
                    let hidden = self.options.hide_skipped_tests && skipped && suite.mode != Mode::Todo;
                    if self.verbose && !hidden {
                        self.suite(suite, above.len());
                    }
                    above.push(suite);
                    self.visit(&suite.tasks, above, skipped);
                    above.pop();
                }
                Task::Test(test) => {
                    self.counts.tests += 1;
                    let state = state(test.mode, test.result.as_ref());
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
        if !failed && !slow && (hidden || !(self.verbose || self.file_failed)) {
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
        let mut tail = duration_after(duration, self.options.slow_test_threshold);
        if let Some(result) = result {
            for (count, word) in [(result.retry_count, "retry"), (result.repeat_count, "repeat")] {
                if count > 0 {
                    tail += &paint(YELLOW, format!(" ({word} x{count})"));
                }
            }
            tail += &heap(Some(result));
            if let (Some(State::Skip), Some(note)) = (state, &result.note) {
                tail += &paint(GREY.dimmed(), format!(" [{note}]"));
            }
        }
        let _ = writeln!(self.text, "{head}{tail}");
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

/// How a task ended: failed, passed or skipped; `None` if it did not.
fn state(mode: Mode, result: Option<&TaskResult>) -> Option<State> {
    match result.map(|result| result.state) {
        Some(State::Fail) => Some(State::Fail),
        Some(State::Pass) => Some(State::Pass),
        Some(State::Skip | State::Todo) => Some(State::Skip),
        None if matches!(mode, Mode::Skip | Mode::Todo) => Some(State::Skip),
        _ => None,
    }
}

fn heap(result: Option<&TaskResult>) -> String {
    let megabytes = result.and_then(|result| result.heap).map(|bytes| (bytes / 1024.0 / 1024.0).floor());
    megabytes.map_or_else(String::new, |megabytes| paint(MAGENTA, format!(" {megabytes} MB heap used")))
}
