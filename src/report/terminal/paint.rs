//! Vitest's colours, signs and number formats.

use anstyle::{AnsiColor, Color, Effects, Style};

use crate::report::model::{Mode, Project, State, TaskRef};

pub(super) const RED: Style = foreground(AnsiColor::Red);
pub(super) const GREEN: Style = foreground(AnsiColor::Green);
pub(super) const YELLOW: Style = foreground(AnsiColor::Yellow);
pub(super) const CYAN: Style = foreground(AnsiColor::Cyan);
pub(super) const MAGENTA: Style = foreground(AnsiColor::Magenta);
pub(super) const GREY: Style = foreground(AnsiColor::BrightBlack);
pub(super) const PLAIN: Style = Style::new();
pub(super) const DIM: Style = Style::new().effects(Effects::DIMMED);
pub(super) const BOLD: Style = Style::new().effects(Effects::BOLD);
pub(super) const BADGE: Style = BOLD.bg_color(Some(Color::Ansi(AnsiColor::Red)));

pub(super) const POINTER: &str = "❯";
pub(super) const CHECK: &str = "✓";

pub(super) const fn foreground(colour: AnsiColor) -> Style {
    Style::new().fg_color(Some(Color::Ansi(colour)))
}

/// `text` in `style`; nothing for no text.
pub(super) fn paint(style: Style, text: impl AsRef<str>) -> String {
    let text = text.as_ref();
    if text.is_empty() || style.is_plain() {
        return text.to_owned();
    }
    format!("{style}{text}{style:#}")
}

/// The sign before a task's name.
pub(super) fn sign(task: TaskRef<'_>) -> String {
    match (task.mode(), task.state()) {
        (Mode::Todo, _) => paint(GREY.dimmed(), "□"),
        (Mode::Skip, _) => paint(GREY.dimmed(), "↓"),
        (_, None) => paint(GREY, "·"),
        (_, Some(State::Pass)) => paint(GREEN, CHECK),
        (_, Some(State::Fail)) if matches!(task, TaskRef::Test(_)) => paint(RED, "×"),
        (_, Some(State::Fail)) => paint(RED, POINTER),
        (_, Some(State::Run | State::Queued)) if !matches!(task, TaskRef::Test(_)) => paint(YELLOW, POINTER),
        _ => " ".to_owned(),
    }
}

/// ` 12ms`, yellow if that is slow.
pub(super) fn duration_after(milliseconds: Option<f64>, slow: f64) -> String {
    let Some(milliseconds) = milliseconds else { return String::new() };
    let style = if milliseconds.round() > slow { YELLOW } else { GREEN };
    paint(style, format!(" {milliseconds:.0}")) + &paint(style.dimmed(), "ms")
}

/// `12ms` or `1.20s`.
pub(super) fn time(milliseconds: f64) -> String {
    if milliseconds > 1000.0 {
        format!("{:.2}s", milliseconds / 1000.0)
    } else {
        format!("{milliseconds:.0}ms")
    }
}

/// The title of a line of the summary, right-aligned.
pub(super) fn title(text: &str) -> String {
    paint(DIM, format!("{text:>11} "))
}

/// A line of dashes over the whole width.
pub(super) fn line(width: usize) -> String {
    "⎯".repeat(width)
}

/// A heading in the middle of a red line.
pub(super) fn banner(text: &str, width: usize) -> String {
    let dashes = width.saturating_sub(text.chars().count() + 2);
    let left = dashes / 2;
    format!(
        "{}{}{}",
        paint(RED, line(left)),
        paint(BADGE, format!(" {text} ")),
        paint(RED, line(dashes - left))
    )
}

/// The end of an error: its number at the right of a dimmed red line.
pub(super) fn end_of_error(number: usize, total: usize, width: usize) -> String {
    let label = format!("[{number}/{total}]");
    let left = width.saturating_sub(label.chars().count() + 1);
    paint(RED.dimmed(), format!("{}{label}⎯", line(left)))
}

/// The label of a named project.
pub(super) fn project_label(project: &str, projects: &[Project], colour: bool) -> String {
    use AnsiColor::{Black, Blue, Cyan, Green, Magenta, Red, White, Yellow};
    if project.is_empty() {
        return String::new();
    }
    if !colour {
        return format!("|{project}|");
    }
    let named = projects.iter().find(|known| known.name == project).and_then(|known| known.colour.as_deref());
    let background = match named {
        Some("black") => Black,
        Some("red") => Red,
        Some("green") => Green,
        Some("yellow") => Yellow,
        Some("blue") => Blue,
        Some("magenta") => Magenta,
        Some("cyan") => Cyan,
        Some("white") => White,
        // Vitest's choice for a project that names none: by the letters of its name.
        _ => {
            let sum: usize =
                project.encode_utf16().enumerate().map(|(index, unit)| usize::from(unit) + index).sum();
            [Yellow, Cyan, Green, Magenta][sum % 4]
        }
    };
    paint(foreground(Black).bg_color(Some(Color::Ansi(background))), format!(" {project} "))
}

/// `1st`, `2nd` and so on.
pub(super) fn ordinal(number: u32) -> String {
    let ending = match (number % 100, number % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_vitest_writes_them() {
        assert_eq!([time(999.6), time(1000.0), time(1234.5)], ["1000ms", "1000ms", "1.23s"]);
        assert_eq!([1, 2, 3, 4, 11, 21].map(ordinal), ["1st", "2nd", "3rd", "4th", "11th", "21st"]);
    }

    #[test]
    fn projects_are_told_apart_without_colour_too() {
        assert_eq!(project_label("", &[], true), "");
        assert_eq!(project_label("unit", &[], false), "|unit|");
        let red = Project { name: "unit".into(), colour: Some("red".into()), ..Project::default() };
        assert!(project_label("unit", &[red], true).contains("\u{1b}[41m"));
        assert!(project_label("unit", &[], true).contains(" unit "));
    }
}
