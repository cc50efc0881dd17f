//! The `tap` and `tap-flat` reporters: the Test Anything Protocol, version 13.

use std::{
    fmt::Write as _,
    io::{self, Write},
};

use anstream::adapter::strip_str;

use super::{
    Reporter,
    frames::{Frames, visible},
    model::{Mode, Run, State, TaskRef, TestError},
};

/// Writes all results at the end of the run.
#[derive(Default)]
pub struct TapReporter {
    /// Whether suites are only parts of the names.
    pub flat: bool,
}

impl Reporter for TapReporter {
    fn run_finished(&mut self, run: &Run, out: &mut dyn Write) -> io::Result<()> {
        let mut lines = Lines { text: String::new(), depth: 0 };
        lines.line("TAP version 13");
        let files: Vec<_> = run.files().iter().map(TaskRef::File).collect();
        let named: Vec<_> = if self.flat {
            files.into_iter().flat_map(|file| flattened(file, "")).collect()
        } else {
            files.into_iter().map(|file| (file.name().to_owned(), file)).collect()
        };
        lines.tasks(&named);
        out.write_all(lines.text.as_bytes())
    }
}

/// The tests in a task, and the suites without any, with their full names.
fn flattened<'a>(task: TaskRef<'a>, above: &str) -> Vec<(String, TaskRef<'a>)> {
    let name = if above.is_empty() { task.name().to_owned() } else { format!("{above} > {}", task.name()) };
    match task.children() {
        [] => vec![(name, task)],
        children => children.iter().flat_map(|child| flattened(child.as_ref(), &name)).collect(),
    }
}

struct Lines {
    text: String,
    depth: usize,
}

impl Lines {
    fn line(&mut self, line: &str) {
        let _ = writeln!(self.text, "{}{line}", "    ".repeat(self.depth));
    }

    fn indented(&mut self, write: impl FnOnce(&mut Self)) {
        self.depth += 1;
        write(self);
        self.depth -= 1;
    }

    fn tasks(&mut self, tasks: &[(String, TaskRef<'_>)]) {
        self.line(&format!("1..{}", tasks.len()));
        for (index, (name, task)) in tasks.iter().enumerate() {
            let is_ok = task.state() == Some(State::Pass) || matches!(task.mode(), Mode::Skip | Mode::Todo);
            let ok = if is_ok { "ok" } else { "not ok" };
            let head = format!("{ok} {} - {}{}", index + 1, escaped(name), comment(*task));
            let children: Vec<_> = task
                .children()
                .iter()
                .map(|child| (child.as_ref().name().to_owned(), child.as_ref()))
                .collect();
            if children.is_empty() {
                self.line(&head);
                self.details(*task);
            } else {
                self.line(&format!("{head} {{"));
                self.indented(|lines| lines.tasks(&children));
                self.line("}");
            }
        }
    }

    fn details(&mut self, task: TaskRef<'_>) {
        self.depth += 1;
        if let TaskRef::Test(test) = task {
            for annotation in &test.annotations {
                self.line(&format!("# {}: {}", annotation.kind, annotation.message));
            }
        }
        if let Some(result) = task.result().filter(|result| result.state == State::Fail) {
            for error in &result.errors {
                self.error(error);
            }
            if !result.errors.is_empty() {
                self.line("...");
            }
        }
        self.depth -= 1;
    }

    fn error(&mut self, error: &TestError) {
        self.line("---");
        self.line("error:");
        self.indented(|lines| {
            lines.line(&format!("name: {}", quoted(error.name.as_deref().unwrap_or("Unknown Error"))));
            lines.line(&format!("message: {}", quoted(error.shown_message())));
        });
        if let Some(frame) = visible(&error.frames, Frames::Own).first() {
            self.line(&format!("at: {}", quoted(&format!("{}:{}:{}", frame.file, frame.line, frame.column))));
        }
        if let Some((actual, expected)) = &error.compared {
            self.line(&format!("actual: {}", quoted(actual)));
            self.line(&format!("expected: {}", quoted(expected)));
        }
    }
}

fn comment(task: TaskRef<'_>) -> String {
    match (task.mode(), task.result().and_then(|result| result.duration)) {
        (Mode::Skip, _) => " # SKIP".to_owned(),
        (Mode::Todo, _) => " # TODO".to_owned(),
        (_, Some(duration)) => format!(" # time={duration:.2}ms"),
        _ => String::new(),
    }
}

/// A text of YAML, as Vitest writes it; nothing for an empty one.
fn quoted(text: &str) -> String {
    if text.is_empty() {
        String::new()
    } else {
        format!("\"{}\"", strip_str(text).to_string().replace('"', "\\\""))
    }
}

fn escaped(name: &str) -> String {
    name.replace('\\', "\\\\").replace('#', "\\#").replace('\n', " ")
}

#[cfg(test)]
mod tests;
