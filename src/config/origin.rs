//! Where a value was written: every value read from a user's file carries its place, so that later
//! checks can point at it and the plan can say why something is there.

use std::{fmt, ops::Range, sync::Arc};

use crate::diagnostic::{Diagnostic, SourceFile};

/// A place in a user's file; shown as `wrangler.jsonc:12`.
#[derive(Clone, PartialEq, Eq)]
pub struct Origin {
    /// The file.
    pub file: Arc<SourceFile>,
    /// Byte range in `file.text`.
    pub span: Range<usize>,
}

impl Origin {
    /// A place in `file`.
    pub fn new(file: &Arc<SourceFile>, span: Range<usize>) -> Self {
        Self { file: Arc::clone(file), span }
    }

    /// The 1-based line the place starts on.
    pub fn line(&self) -> usize {
        self.file.position(self.span.start).line
    }

    /// Adds this place to a diagnostic, with a few words on it.
    #[must_use]
    pub fn label(&self, diagnostic: Diagnostic, text: impl Into<String>) -> Diagnostic {
        diagnostic.label(&self.file, self.span.clone(), text)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file.path, self.line())
    }
}

/// The place only: the derived form would print the whole file.
impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A value and where it was written.
#[derive(Clone, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it was written.
    pub origin: Origin,
}

impl<T> Spanned<T> {
    /// A value at a place.
    pub fn new(value: T, origin: Origin) -> Self {
        Self { value, origin }
    }

    /// The same place with another value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Spanned<U> {
        Spanned { value: f(self.value), origin: self.origin }
    }
}

impl<T: fmt::Display> fmt::Display for Spanned<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl<T: fmt::Debug> fmt::Debug for Spanned<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} @ {}", self.value, self.origin)
    }
}
