//! The lines of `_headers` and `_redirects`: both are read line by line, and both skip blank lines and comments.

use std::{ops::Range, sync::Arc};

use crate::diagnostic::{Diagnostic, Diagnostics, SourceFile};

/// Longer lines are ignored; in UTF-16 code units.
const LONGEST_LINE: usize = 2000;

/// A line that says something.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    /// Counted from 1.
    pub(super) number: usize,
    /// Without the space around it.
    pub(super) text: &'a str,
    /// Where the text starts in the file.
    start: usize,
}

impl Line<'_> {
    /// The place of the text.
    pub(super) fn span(&self) -> Range<usize> {
        self.start..self.start + self.text.len()
    }

    /// The place of a part of the text: of this very slice, not of the first one that reads the same.
    pub(super) fn span_of(&self, part: &str) -> Range<usize> {
        let at = (part.as_ptr() as usize).wrapping_sub(self.text.as_ptr() as usize);
        match self.text.get(at..at.saturating_add(part.len())) {
            Some(_) => self.start + at..self.start + at + part.len(),
            None => self.span(),
        }
    }
}

/// A file of rules, and where its problems go.
pub(super) struct RuleFile<'a> {
    file: &'a Arc<SourceFile>,
    diagnostics: &'a mut Diagnostics,
}

impl<'a> RuleFile<'a> {
    pub(super) fn new(file: &'a Arc<SourceFile>, diagnostics: &'a mut Diagnostics) -> Self {
        Self { file, diagnostics }
    }

    /// The lines that say something; one that is too long is reported and left out.
    pub(super) fn lines(&mut self) -> Vec<Line<'a>> {
        let mut lines = vec![];
        let mut start = 0;
        for (index, whole) in self.file.text.split('\n').enumerate() {
            let text = whole.trim();
            let line =
                Line { number: index + 1, text, start: start + (whole.len() - whole.trim_start().len()) };
            start += whole.len() + 1;
            if text.is_empty() || text.starts_with('#') {
                continue;
            }
            if text.encode_utf16().count() > LONGEST_LINE {
                let shown = text.char_indices().nth(40).map_or(text.len(), |(end, _)| end);
                let span = line.start..line.start + shown;
                self.warn(
                    span,
                    format!("the line is ignored: it has more than {LONGEST_LINE} characters"),
                    "",
                );
                continue;
            }
            lines.push(line);
        }
        lines
    }

    /// Reports a rule that is ignored; `help` may be empty.
    pub(super) fn warn(&mut self, span: Range<usize>, title: impl Into<String>, help: impl Into<String>) {
        let help = help.into();
        let diagnostic = Diagnostic::warning("ignored-rule", title).label(self.file, span, "");
        self.diagnostics.push(if help.is_empty() { diagnostic } else { diagnostic.help(help) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_found_where_it_stands() {
        let line = Line { number: 1, text: "/about about", start: 3 };
        assert_eq!(line.span_of(&line.text[7..]), 10..15);
        assert_eq!(line.span_of("elsewhere"), line.span());
    }
}
