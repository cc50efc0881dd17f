//! What tests were annotated with, grouped by place and kind.

use std::fmt::Write;

use anstyle::AnsiColor;

use super::{
    errors::relative,
    paint::{BOLD, GREY, POINTER, foreground, paint},
};
use crate::report::model::{Run, Test};

/// The annotations of a test, `indent` columns in.
pub(super) fn annotations(run: &Run, annotated: &Test, indent: usize, text: &mut String) {
    let blue = foreground(AnsiColor::Blue);
    let indent = " ".repeat(indent);
    let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
    for annotation in &annotated.annotations {
        let mut head = paint(BOLD, &annotation.kind);
        if let Some(place) = &annotation.location {
            let file = relative(&place.file, &run.options().root);
            head = format!("{} {head}", paint(GREY, format!("{file}:{}:{}", place.line, place.column)));
        }
        match groups.iter_mut().find(|(known, _)| *known == head) {
            Some((_, messages)) => messages.push(&annotation.message),
            None => groups.push((head, vec![&annotation.message])),
        }
    }
    for (head, messages) in groups {
        let _ = writeln!(text, "{indent}{} {head}", paint(blue, POINTER));
        for message in messages {
            let _ = writeln!(text, "{indent}  {} {message}", paint(blue, "↳"));
        }
    }
}
