//! What the user reads in the terminal: the look of Vitest's `default` reporter (5.1), for every Vitest version.

mod console;
mod errors;
mod failures;
mod file_lines;
mod inspect;
mod paint;
mod summary;
mod watch;

use std::{
    fmt::Write as _,
    io::{self, Write},
};

use anstyle::AnsiColor;

use super::{
    Reporter,
    model::{ConsoleLog, File, Run, Silent, Stream, TaskRef},
};
pub use watch::{Waiting, cancelling, removed, restarting, waiting};

use paint::{BOLD, DIM, GREY, PLAIN, RED, YELLOW, foreground, paint};

/// The `default` reporter.
pub struct DefaultReporter {
    /// Whether the output is to be coloured.
    pub colour: bool,
    /// Whether a person watches: a run of one file then lists its tests.
    pub is_terminal: bool,
    /// The terminal's width; `None` for what is no terminal.
    pub columns: Option<usize>,
    /// Where errors go that belong to no test, and what user code writes to stderr; `None` where all else goes.
    pub errors: Option<Box<dyn Write>>,
}

impl DefaultReporter {
    /// The width of lines and headings; Vitest's where it does not know.
    fn rule(&self) -> usize {
        self.columns.unwrap_or(30)
    }

    /// The width code frames may have; Vitest's where it does not know.
    fn code_width(&self) -> usize {
        self.columns.unwrap_or(80)
    }

    /// Writes coloured text, without its colours if there are to be none.
    fn put(&self, out: &mut dyn Write, text: &str) -> io::Result<()> {
        if self.colour {
            out.write_all(text.as_bytes())
        } else {
            write!(out, "{}", anstream::adapter::strip_str(text))
        }
    }
}

impl Reporter for DefaultReporter {
    fn run_started(&mut self, run: &Run, out: &mut dyn Write) -> io::Result<()> {
        let options = run.options();
        if let Some(rerun) = &options.rerun {
            return self.put(out, &watch::rerun(run, rerun, self.colour));
        }
        let (word, colour) =
            if options.watch { (" DEV ", AnsiColor::Blue) } else { (" RUN ", AnsiColor::Cyan) };
        let badge = BOLD.fg_color(Some(AnsiColor::Black.into())).bg_color(Some(colour.into()));
        let versions =
            format!("wpt-gen v{} (vitest v{}) ", env!("CARGO_PKG_VERSION"), options.vitest_version);
        let head =
            [paint(badge, word), " ".into(), paint(foreground(colour), versions), paint(GREY, &options.root)]
                .concat();
        self.put(out, &format!("\n{head}\n\n"))
    }

    fn file_finished(&mut self, run: &Run, file: &File, out: &mut dyn Write) -> io::Result<()> {
        let mut text = String::new();
        if run.options().silent == Silent::PassedOnly {
            console::logs_of_failed(run, file, &mut text);
        }
        let verbose = self.is_terminal && run.files().len() <= 1;
        file_lines::file_lines(run, file, verbose, self.colour, &mut text);
        self.put(out, &text)
    }

    fn console(&mut self, run: &Run, log: &ConsoleLog, out: &mut dyn Write) -> io::Result<()> {
        if run.options().silent != Silent::No {
            return Ok(());
        }
        let mut text = String::new();
        console::log_block(run, log, &mut text);
        if log.stream == Stream::Stderr
            && let Some(mut errors) = self.errors.take()
        {
            let put = self.put(&mut errors, &text).and_then(|()| errors.flush());
            self.errors = Some(errors);
            return put;
        }
        self.put(out, &text)
    }

    fn run_finished(&mut self, run: &Run, out: &mut dyn Write) -> io::Result<()> {
        let mut text = String::new();
        if run.files().is_empty() && run.errors().is_empty() {
            no_test_files(run, &mut text);
        } else {
            failures::failures(self, run, &mut text);
            let mut unhandled = String::new();
            failures::unhandled(self, run, &mut unhandled);
            if let Some(mut errors) = self.errors.take() {
                self.put(out, &std::mem::take(&mut text))?;
                out.flush()?;
                self.put(&mut errors, &unhandled)?;
                errors.flush()?;
            } else {
                text += &unhandled;
            }
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
