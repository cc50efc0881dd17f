//! What the user reads in the terminal: the look of Vitest's own reporters (5.1), for every Vitest version.

mod annotations;
mod console;
mod dot;
mod errors;
mod failures;
mod file_lines;
mod inspect;
mod live;
mod paint;
mod summary;
mod verbose;
mod watch;

use std::{
    fmt::Write as _,
    io::{self, Write},
};

use anstyle::AnsiColor;

use super::{
    Reporter,
    frames::Frames,
    model::{ConsoleLog, File, Run, Silent, Stream, TaskRef, TestCase},
};
pub use watch::{Waiting, cancelling, removed, restarting, waiting};

use errors::{Detail, RULE};
pub(super) use errors::{plain_error, relative};
pub use live::{LiveReporter, Screen};
use paint::{BOLD, DIM, GREY, PLAIN, RED, YELLOW, foreground, paint};

/// Which of Vitest's reporters for the terminal this is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// A line for each file, and for its tests if one failed.
    #[default]
    Default,
    /// A line for each test, as soon as it is over.
    Verbose,
    /// A line for each file and all its tests.
    Tree,
    /// A character for each test.
    Dot,
    /// Nothing of what passed.
    Minimal,
}

impl Look {
    /// Whether the errors of tests are shown with the properties of the user's own.
    fn is_verbose(self) -> bool {
        matches!(self, Self::Verbose | Self::Tree)
    }
}

/// Vitest's reporters for the terminal.
pub struct TerminalReporter {
    /// Which of them.
    pub look: Look,
    /// Whether the output is to be coloured.
    pub colour: bool,
    /// Whether a person watches: a run of one file then lists its tests.
    pub is_terminal: bool,
    /// The terminal's width; `None` for what is no terminal.
    pub columns: Option<usize>,
    /// Where errors go that belong to no test, and what user code writes to stderr; `None` where all else goes.
    pub errors: Option<Box<dyn Write>>,
}

/// The errors of tests and of nobody in particular, as the default reporter shows them; nothing if there are none.
pub fn errors(run: &Run, colour: bool) -> Option<String> {
    let reporter = TerminalReporter {
        look: Look::Default,
        colour,
        is_terminal: false,
        columns: super::terminal_columns(),
        errors: None,
    };
    let mut text = String::new();
    failures::failures(&reporter, run, &mut text);
    failures::unhandled(&reporter, run, &mut text);
    let mut shown = Vec::new();
    reporter.put(&mut shown, &text).ok()?;
    (!shown.is_empty()).then(|| String::from_utf8_lossy(&shown).into_owned())
}

impl TerminalReporter {
    /// The width of lines and headings; Vitest's where it does not know.
    fn rule(&self) -> usize {
        self.columns.unwrap_or(RULE)
    }

    /// How errors are shown.
    fn detail(&self, frames: Frames, properties: bool) -> Detail {
        // Vitest's width of code where it does not know that of the terminal.
        Detail {
            frames,
            properties,
            is_cause: false,
            rule: self.rule(),
            code: Some(self.columns.unwrap_or(80)),
        }
    }

    /// Whose console output is shown.
    fn silent(&self, run: &Run) -> Silent {
        match (self.look, run.options().silent) {
            (Look::Minimal, Silent::No) => Silent::PassedOnly,
            (_, silent) => silent,
        }
    }

    /// What tasks wrote that failed, if that of others is not shown.
    fn late_logs<'a>(&self, run: &Run, tasks: impl IntoIterator<Item = TaskRef<'a>>) -> String {
        let mut text = String::new();
        if self.silent(run) == Silent::PassedOnly {
            for task in tasks {
                console::logs_of_failed(run, task, &mut text);
            }
        }
        text
    }

    /// Writes coloured text, without its colours if there are to be none.
    fn put(&self, out: &mut dyn Write, text: &str) -> io::Result<()> {
        if self.colour {
            out.write_all(text.as_bytes())
        } else {
            write!(out, "{}", anstream::adapter::strip_str(text))
        }
    }

    /// [`Self::put`], to where errors go.
    fn put_error(&mut self, out: &mut dyn Write, text: &str) -> io::Result<()> {
        let Some(mut errors) = self.errors.take() else { return self.put(out, text) };
        let put = out.flush().and_then(|()| self.put(&mut errors, text)).and_then(|()| errors.flush());
        self.errors = Some(errors);
        put
    }
}

impl Reporter for TerminalReporter {
    fn run_started(&mut self, run: &Run, out: &mut dyn Write) -> io::Result<()> {
        let options = run.options();
        if let Some(rerun) = &options.rerun {
            return self.put(out, &watch::rerun(self, run, rerun));
        }
        let (word, colour) =
            if options.watch { (" DEV ", AnsiColor::Blue) } else { (" RUN ", AnsiColor::Cyan) };
        let badge = BOLD.fg_color(Some(AnsiColor::Black.into())).bg_color(Some(colour.into()));
        let versions =
            format!("wpt-gen v{} (vitest v{}) ", env!("CARGO_PKG_VERSION"), options.vitest_version);
        let head =
            [paint(badge, word), " ".into(), paint(foreground(colour), versions), paint(GREY, &options.root)]
                .concat();
        let seed = options.seed.as_ref().map(|seed| format!("Running tests with seed \"{seed}\""));
        let seed = seed.map(|text| format!("      {}\n", paint(GREY, text))).unwrap_or_default();
        self.put(out, &format!("\n{head}\n{seed}\n"))
    }

    fn test_finished(&mut self, run: &Run, case: &TestCase<'_>, out: &mut dyn Write) -> io::Result<()> {
        let logs = self.late_logs(run, [TaskRef::Test(case.test)]);
        let text = match self.look {
            Look::Verbose => logs + &verbose::test_lines(run, case, self.colour),
            Look::Dot => dot::dot(case) + &logs,
            _ => logs,
        };
        self.put(out, &text)
    }

    fn file_finished(&mut self, run: &Run, file: &File, out: &mut dyn Write) -> io::Result<()> {
        let mut suites = Vec::new();
        file.walk(&mut |task, _| suites.extend((!matches!(task, TaskRef::Test(_))).then_some(task)));
        let mut text = self.late_logs(run, suites);
        if !matches!(self.look, Look::Verbose | Look::Dot) {
            file_lines::file_lines(self, run, file, &mut text);
        }
        self.put(out, &text)
    }

    fn console(&mut self, run: &Run, log: &ConsoleLog, out: &mut dyn Write) -> io::Result<()> {
        if self.silent(run) != Silent::No {
            return Ok(());
        }
        let mut text = String::new();
        console::log_block(run, log, &mut text);
        if log.stream == Stream::Stderr { self.put_error(out, &text) } else { self.put(out, &text) }
    }

    fn message(&mut self, text: &str, is_error: bool, out: &mut dyn Write) -> io::Result<bool> {
        let line = format!("{text}\n");
        if is_error { self.put_error(out, &line) } else { self.put(out, &line) }.map(|()| true)
    }

    fn run_finished(&mut self, run: &Run, out: &mut dyn Write) -> io::Result<()> {
        let mut text = String::new();
        if self.look == Look::Dot {
            text.push('\n');
        }
        if run.files().is_empty() && run.errors().is_empty() {
            no_test_files(run, &mut text);
        } else {
            failures::failures(self, run, &mut text);
            self.put(out, &text)?;
            text.clear();
            failures::unhandled(self, run, &mut text);
            self.put_error(out, &text)?;
            text.clear();
            summary::summary(run, &mut text);
        }
        self.put(out, &text)
    }
}

/// Nothing to run: why, and where was looked.
fn no_test_files(run: &Run, text: &mut String) {
    let options = run.options();
    let message = if options.watch {
        "No test files found".to_owned()
    } else {
        format!("No test files found, exiting with code {}", run.exit_code())
    };
    let style = if options.pass_with_no_tests { PLAIN } else { RED };
    let _ = writeln!(text, "{}\n", paint(style, message));
    let mut list = |title: &str, items: &[String]| {
        if !items.is_empty() {
            let items: Vec<_> = items.iter().map(|item| paint(YELLOW, item)).collect();
            let _ = writeln!(text, "{}{}", paint(DIM, title), items.join(&paint(DIM, ", ")));
        }
    };
    list("filter: ", &options.filters);
    for project in &options.projects {
        if !project.name.is_empty() {
            list("project: ", std::slice::from_ref(&project.name));
        }
        list("include: ", &project.include);
        list("exclude: ", &project.exclude);
    }
    text.push('\n');
}

/// `test/a.test.ts:3 > suite > name`: the file plain, what is below it joined by dimmed `>`.
fn full_name(file: &File, below: &[TaskRef<'_>]) -> String {
    let mut name = file.name.clone();
    if let Some(location) = below.last().and_then(|task| task.location()) {
        name += &paint(DIM, format!(":{}", location.line));
    }
    for task in below {
        name += &paint(DIM, " > ");
        name += task.name();
    }
    name
}

#[cfg(test)]
mod tests;
