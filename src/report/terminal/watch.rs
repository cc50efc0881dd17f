//! What watch mode says between runs.

use std::fmt::Write;

use anstyle::{AnsiColor, Color};

use super::{
    TerminalReporter,
    file_lines::file_lines,
    paint::{BOLD, DIM, MAGENTA, RED, YELLOW, foreground, paint},
};
use crate::report::model::{Rerun, Run};

/// Clears the terminal with what has been scrolled away, and starts at its top.
const CLEAR: &str = "\x1bc\x1b[3J";
/// As wide as a label.
const PADDING: &str = "       ";

/// What is being waited for changes with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// All went well.
    Passed,
    /// Tests failed.
    Failed,
    /// Nothing could be run.
    Broken,
    /// The run was ended early.
    Cancelled,
}

/// The first lines of a run that follows others.
pub(super) fn rerun(reporter: &TerminalReporter, run: &Run, rerun: &Rerun) -> String {
    let mut text = String::from(if rerun.clears_screen { CLEAR } else { "\n" });
    let times = rerun.times.map(|times| paint(foreground(AnsiColor::Blue), format!("x{times} ")));
    let _ = writeln!(
        text,
        "{} {} {}",
        label(AnsiColor::Blue, "RERUN"),
        paint(DIM, &rerun.trigger),
        times.unwrap_or_default()
    );
    for (title, choice) in &rerun.choices {
        let choice = paint(foreground(AnsiColor::Blue), choice);
        let _ = writeln!(text, "{PADDING}{}{choice}", paint(DIM, format!(" {title}: ")));
    }
    text.push('\n');
    for file in &rerun.still_failing {
        file_lines(reporter, run, file, &mut text);
    }
    text
}

/// What is said when a run is over; `keys` is whether keys are listened to, and `can_update` whether one of them could help
/// with snapshots.
pub fn waiting(waiting: Waiting, keys: bool, can_update: bool) -> String {
    let (colour, word, message) = match waiting {
        Waiting::Passed => (AnsiColor::Green, "PASS", "Waiting for file changes..."),
        Waiting::Failed => (AnsiColor::Red, "FAIL", "Tests failed. Watching for file changes..."),
        Waiting::Broken => (AnsiColor::Red, "FAIL", "Nothing was run. Watching for file changes..."),
        Waiting::Cancelled => {
            (AnsiColor::Red, "CANCELLED", "Test run cancelled. Watching for file changes...")
        }
    };
    let mut text = format!("{} {}\n", label(colour, word), paint(foreground(colour), message));
    if keys {
        let hint = |key: &str, what: &str| paint(DIM, "press ") + key + &paint(DIM, format!(" to {what}"));
        let help = hint(&paint(BOLD, "h"), "show help");
        let hints = if can_update {
            [hint(&paint(YELLOW.bold(), "u"), "update snapshot"), help]
        } else {
            [help, hint(&paint(BOLD, "q"), "quit")]
        };
        let _ = writeln!(text, "{PADDING}{}", hints.join(&paint(DIM, ", ")));
    }
    text
}

/// A test file is gone.
pub fn removed(file: &str) -> String {
    format!("{} {}\n", paint(YELLOW, "Test removed..."), paint(DIM, format!("[ {file} ]")))
}

/// The project is opened anew.
pub fn restarting() -> String {
    paint(MAGENTA.bold(), "\nRestarting due to config changes...") + "\n"
}

/// Cancelling takes a moment.
pub fn cancelling() -> String {
    paint(RED, "Cancelling the run; press Ctrl-C again to leave at once.") + "\n"
}

fn label(colour: AnsiColor, word: &str) -> String {
    paint(BOLD.bg_color(Some(Color::Ansi(colour))), format!(" {word} "))
}
