//! Problems found in the user's files, each with the place and the fix.

use std::{ops::Range, sync::Arc};

use camino::Utf8PathBuf;

mod github;
mod json;
mod list;
mod nearest;
mod position;
mod render;

pub use github::Annotation;
pub use list::Diagnostics;
pub use nearest::nearest;
pub use position::Position;

/// A text file of the user's, kept for pointing into it.
#[derive(Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// The path as shown to the user: relative to the project root, with forward slashes.
    pub path: Utf8PathBuf,
    /// The whole text.
    pub text: String,
}

/// How bad a [`Diagnostic`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The run goes on.
    Warning,
    /// Nothing is compiled or run; the exit code is 2.
    Error,
}

/// One problem: what it is, where it is, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// A stable name for the kind of problem, for example `unknown-key`.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// One line, no full stop.
    pub title: String,
    /// The places it concerns; the first is the primary one.
    pub labels: Vec<Label>,
    /// What to write or run instead, one sentence each.
    pub help: Vec<String>,
}

/// A place in a file, with a few words on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The file.
    pub file: Arc<SourceFile>,
    /// Byte range in `file.text`.
    pub span: Range<usize>,
    /// A few words shown under the span; may be empty.
    pub text: String,
}

impl Diagnostic {
    /// A problem that stops the run; `title` is one line without a full stop.
    pub fn error(code: &'static str, title: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, title.into())
    }

    /// A problem the run survives; `title` is one line without a full stop.
    pub fn warning(code: &'static str, title: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, title.into())
    }

    /// Adds a place; `span` is a byte range in `file.text`, `text` a few words or empty.
    #[must_use]
    pub fn label(mut self, file: &Arc<SourceFile>, span: Range<usize>, text: impl Into<String>) -> Self {
        self.labels.push(Label { file: Arc::clone(file), span, text: text.into() });
        self
    }

    /// Adds one sentence on what to write or run instead.
    #[must_use]
    pub fn help(mut self, sentence: impl Into<String>) -> Self {
        self.help.push(sentence.into());
        self
    }

    /// The same problem, as bad as this.
    #[must_use]
    pub fn with_severity(self, severity: Severity) -> Self {
        Self { severity, ..self }
    }

    fn new(severity: Severity, code: &'static str, title: String) -> Self {
        Self { code, severity, title, labels: Vec::new(), help: Vec::new() }
    }
}
