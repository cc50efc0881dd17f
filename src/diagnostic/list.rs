//! The problems found so far, in the order they were found.

use std::sync::Arc;

use camino::Utf8Path;

use super::{Diagnostic, Severity, SourceFile};
use crate::bundle::dependencies::normalize;

/// A growing list of [`Diagnostic`]s that a reader reports into.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics {
    found: Vec<Diagnostic>,
}

impl Diagnostics {
    /// An empty list.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one problem.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    /// Adds the problems that are not on the list yet.
    pub fn extend_new(&mut self, others: Self) {
        for other in others {
            if !self.found.contains(&other) {
                self.found.push(other);
            }
        }
    }

    /// Takes the problems away that were added when there were `len` already.
    #[must_use]
    pub fn split_off(&mut self, len: usize) -> Self {
        Self { found: self.found.split_off(len) }
    }

    /// Whether nothing was found, not even a warning.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// How many problems were found, warnings included.
    pub fn len(&self) -> usize {
        self.found.len()
    }

    /// Whether the run must stop.
    pub fn has_errors(&self) -> bool {
        self.found.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// The problems in the order they were found.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.found.iter()
    }

    /// The same problems with their files named from a folder further up, in which the present one is called `folder`.
    #[must_use]
    pub fn below(mut self, folder: &Utf8Path) -> Self {
        if !folder.as_str().is_empty() {
            for label in self.found.iter_mut().flat_map(|diagnostic| &mut diagnostic.labels) {
                let path = normalize(&folder.join(&label.file.path));
                label.file = Arc::new(SourceFile::new(path, label.file.text.clone()));
            }
        }
        self
    }

    /// Whether there is a problem of one of these codes.
    pub fn have_any(&self, codes: &[&str]) -> bool {
        self.found.iter().any(|found| codes.contains(&found.code))
    }

    /// Adds a sentence to the help of all problems of some codes.
    pub fn help_on(&mut self, codes: &[&str], sentence: &str) {
        for found in self.found.iter_mut().filter(|found| codes.contains(&found.code)) {
            found.help.push(sentence.to_owned());
        }
    }

    /// Puts problems in one file in the order of their places; those without a place come first.
    pub fn sort_by_place(&mut self) {
        self.found.sort_by_key(|diagnostic| diagnostic.labels.first().map(|label| label.span.start));
    }

    /// All problems drawn one after another with an empty line between, as [`Diagnostic::render`] draws each.
    pub fn render(&self, color: bool) -> String {
        let drawn: Vec<_> = self.found.iter().map(|diagnostic| diagnostic.render(color)).collect();
        drawn.join("\n\n")
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.found.into_iter()
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.found.iter()
    }
}

impl Extend<Diagnostic> for Diagnostics {
    fn extend<I: IntoIterator<Item = Diagnostic>>(&mut self, iter: I) {
        self.found.extend(iter);
    }
}

impl FromIterator<Diagnostic> for Diagnostics {
    fn from_iter<I: IntoIterator<Item = Diagnostic>>(iter: I) -> Self {
        Self { found: iter.into_iter().collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_alone_do_not_stop_the_run() {
        let mut diagnostics = Diagnostics::new();
        diagnostics.push(Diagnostic::warning("w", "careful"));
        assert!(!diagnostics.has_errors());
        diagnostics.push(Diagnostic::error("e", "stop"));
        assert!(diagnostics.has_errors());
        assert_eq!(diagnostics.len(), 2);
    }
}
