//! One error: its message, diff, stack with a code frame, and what caused it.

use std::{fmt::Write, fs};

use anstream::adapter::strip_str;
use anstyle::Style;
use camino::Utf8Path;

use super::{
    inspect::inspect,
    paint::{CYAN, DIM, GREEN, GREY, POINTER, RED, line, paint},
};
use crate::{
    project::relative_path,
    report::{
        frames::{Frame, Frames, code_frame, is_dependency, visible},
        model::TestError,
    },
};

/// What of an error is shown.
#[derive(Clone, Copy)]
pub(in crate::report) struct Detail {
    pub(in crate::report) frames: Frames,
    /// Whether the properties of the user's own are.
    pub(in crate::report) properties: bool,
    /// Whether this is the cause of another error: no code frame, and a name that says so.
    pub(in crate::report) is_cause: bool,
    /// The width of lines.
    pub(in crate::report) rule: usize,
    /// The width of code frames; `None` for none.
    pub(in crate::report) code: Option<usize>,
}

/// The width of lines where there is no terminal; as in Vitest.
pub(super) const RULE: usize = 30;

/// Columns before a code frame, and those its line numbers take.
const CODE_INDENT: usize = 4;
const CODE_GUTTER: usize = 5;

/// An error as reports for machines have it: plain, without a code frame; and the frame that it is annotated at.
pub(in crate::report) fn plain_error<'e>(
    root: &Utf8Path,
    error: &'e TestError,
) -> (String, Option<&'e Frame>) {
    let mut text = String::new();
    let detail = Detail { frames: Frames::Own, properties: true, is_cause: false, rule: RULE, code: None };
    self::error(root, error, detail, &mut text);
    let frames = visible(&error.frames, Frames::Own);
    (strip_str(&text).to_string(), nearest(&frames).map(|index| frames[index]))
}

/// The first frame that is the user's own.
fn nearest(frames: &[&Frame]) -> Option<usize> {
    frames.iter().position(|frame| !is_dependency(&frame.file) && Utf8Path::new(&frame.file).is_file())
}

pub(super) fn error(root: &Utf8Path, error: &TestError, detail: Detail, text: &mut String) {
    let _ = writeln!(text, "{}", head(error, detail.is_cause));
    if let Some(frame) = &error.code_frame {
        let _ = writeln!(text, "{frame}\n");
    }
    if let Some(diff) = &error.diff {
        let _ = writeln!(text, "\n{}\n", coloured_diff(diff));
    }

    let frames = visible(&error.frames, detail.frames);
    let nearest = nearest(&frames);
    for (index, frame) in frames.iter().enumerate() {
        let is_nearest = nearest == Some(index);
        let _ = writeln!(text, "{}", frame_line(frame, root, if is_nearest { CYAN } else { GREY }));
        if let Some(width) = detail.code.filter(|_| is_nearest && !detail.is_cause) {
            code(frame, width, text);
        }
    }
    if !frames.is_empty() {
        text.push('\n');
    }

    if detail.properties && !error.properties.is_empty() && !is_no_error(error) {
        let _ = writeln!(text, "{}", paint(RED.dimmed(), line(detail.rule)));
        let properties = inspect(&error.properties.clone().into());
        let _ = writeln!(text, "{} {}", paint(RED.bold(), "Serialized Error:"), paint(GREY, properties));
    }
    origin(error, root, text);
    if let Some(cause) = &error.cause {
        let detail = Detail { properties: true, is_cause: true, ..detail };
        self::error(root, cause, detail, text);
    }
}

/// Whether an object was thrown that is no error: its head is all of it.
fn is_no_error(error: &TestError) -> bool {
    error.name.is_none() && error.message.is_empty() && !error.properties.is_empty()
}

/// `TypeError: message`.
fn head(error: &TestError, is_cause: bool) -> String {
    let name = match (&error.name, is_cause) {
        (Some(name), false) => name.clone(),
        (Some(name), true) => format!("Caused by: {name}"),
        (None, false) => "Unknown Error".to_owned(),
        (None, true) => "Caused by".to_owned(),
    };
    if is_no_error(error) {
        let object = inspect(&error.properties.clone().into());
        return if is_cause { format!("{}: {object}", paint(RED.bold(), name)) } else { object };
    }
    let message = if error.message.is_empty() { String::new() } else { format!(": {}", error.message) };
    paint(RED.bold(), name) + &paint(RED, message)
}

/// ` ❯ function src/a.ts:1:2`, the path relative to the root.
pub(super) fn frame_line(frame: &Frame, root: &Utf8Path, style: Style) -> String {
    let mut place = relative(&frame.file, root) + ":";
    if !frame.function.is_empty() {
        place = format!("{} {place}", frame.function);
    }
    format!(
        " {} {}{}",
        paint(style.dimmed(), POINTER),
        paint(style, place),
        paint(style.dimmed(), format!("{}:{}", frame.line, frame.column))
    )
}

/// A path as seen from the root; a name that is no path as it is.
pub(in crate::report) fn relative(file: &str, root: &Utf8Path) -> String {
    let path = Utf8Path::new(file);
    if !path.is_absolute() {
        return file.to_owned();
    }
    relative_path(root, path).into_string()
}

fn code(frame: &Frame, width: usize, text: &mut String) {
    let Ok(source) = fs::read_to_string(&frame.file) else { return };
    let width = width.saturating_sub(CODE_INDENT + CODE_GUTTER);
    let Some(code) = code_frame(&source, frame.line, frame.column, width) else { return };
    let indent = " ".repeat(CODE_INDENT);
    for (number, source) in &code.lines {
        let space = if source.is_empty() { "" } else { " " };
        let _ = writeln!(text, "{indent}{}{space}{source}", paint(GREY, format!("{number:>3}|")));
        if *number == code.line {
            let before = " ".repeat(code.indent + 1);
            let _ = writeln!(text, "{indent}{}{before}{}", paint(GREY, "   |"), paint(RED, "^"));
        }
    }
}

/// The worker colours a diff only if it was told to; without that, it is done here.
fn coloured_diff(diff: &str) -> String {
    if diff.contains('\u{1b}') {
        return diff.to_owned();
    }
    let lines = diff.split('\n').map(|line| {
        let style = match line.as_bytes().first() {
            Some(b'-') => GREEN,
            Some(b'+') => RED,
            _ if line.starts_with("Expected: ") => GREEN,
            _ if line.starts_with("Received: ") => RED,
            _ => DIM,
        };
        paint(style, line)
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// For errors that belong to no test: what ran at that time.
fn origin(error: &TestError, root: &Utf8Path, text: &mut String) {
    if let Some(path) = &error.test_path {
        let _ = writeln!(
            text,
            "{}{}{}",
            paint(RED, "This error originated in \""),
            paint(RED.bold(), relative(path, root)),
            paint(
                RED,
                "\" test file. It doesn't mean the error was thrown inside the file itself, but while it was running."
            )
        );
    }
    if let Some(name) = &error.test_name {
        let _ = writeln!(
            text,
            "{}{}{}",
            paint(RED, "The last test to run before this error was \""),
            paint(RED.bold(), name),
            paint(
                RED,
                "\". This means either:\n- the error was thrown while Vitest was running this test, or\n- the error was thrown after the test completed, and this was the most recent test at that point."
            )
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_shown_relative_to_the_root() {
        let root = Utf8Path::new("/home/app");
        assert_eq!(relative("/home/app/src/a.ts", root), "src/a.ts");
        assert_eq!(relative("/home/shared/a.ts", root), "../shared/a.ts");
        assert_eq!(relative("node:fs", root), "node:fs");
    }

    #[test]
    fn plain_diffs_are_coloured_and_coloured_ones_left_alone() {
        let diff = coloured_diff("- Expected\n+ Received\n\n  {\n- 1\n+ 2");
        assert!(diff.starts_with("\u{1b}[32m- Expected\u{1b}[0m\n\u{1b}[31m+ Received"));
        assert!(diff.contains("\u{1b}[2m  {\u{1b}[0m"));
        assert_eq!(coloured_diff(&diff), diff);
    }
}
