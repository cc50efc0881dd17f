//! Workflow commands of GitHub Actions, which become annotations of a pull request.

use std::fmt::Write as _;

use camino::{Utf8Path, Utf8PathBuf};

use super::{Diagnostic, Severity};

/// An annotation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotation<'a> {
    /// How bad it is.
    pub severity: Severity,
    /// What it is about: a path from the repository's root, the first and the last line and column, counted from 1.
    pub place: Option<(Utf8PathBuf, [usize; 2], [usize; 2])>,
    /// Its title.
    pub title: &'a str,
    /// What it says; may have several lines.
    pub message: String,
}

impl Annotation<'_> {
    /// The command that makes it, one line without a line break.
    pub fn command(&self) -> String {
        let mut command = format!("::{} ", self.severity.name());
        if let Some((file, [line, column], [end_line, end_column])) = &self.place {
            // Writing to a string cannot fail.
            let _ = write!(command, "file={},line={line},endLine={end_line}", property(file.as_str()));
            if line == end_line {
                let _ = write!(command, ",col={column},endColumn={end_column}");
            }
            command.push(',');
        }
        let _ = write!(command, "title={}::{}", property(self.title), data(&self.message));
        command
    }
}

impl Diagnostic {
    /// The diagnostic as an annotation; `folder` is where its files are, seen from the repository's root.
    pub fn annotation(&self, folder: &Utf8Path) -> Annotation<'_> {
        let place = self.labels.first().map(|label| {
            let [start, end] = [label.span.start, label.span.end].map(|offset| label.file.position(offset));
            (folder.join(&label.file.path), [start.line, start.column], [end.line, end.column])
        });
        let shown = self.shown();
        let label = shown.labels.first().map(|label| label.text.as_str()).filter(|text| !text.is_empty());
        let lines: Vec<&str> = std::iter::once(shown.title.as_str())
            .chain(label)
            .chain(shown.help.iter().map(String::as_str))
            .collect();
        Annotation { severity: self.severity, place, title: self.code, message: lines.join("\n") }
    }
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::diagnostic::SourceFile;

    #[test]
    fn what_ends_a_property_or_a_line_is_escaped() {
        let file = Arc::new(SourceFile::new("a,b:c%.toml", "name = 1\nmain = 2\n"));
        let diagnostic =
            Diagnostic::error("bad", "100% wrong\nreally").label(&file, 7..8, "this").help("be right");
        insta::assert_snapshot!(diagnostic.annotation("packages/api".into()).command(), @"::error file=packages/api/a%2Cb%3Ac%25.toml,line=1,endLine=1,col=8,endColumn=9,title=bad::100%25 wrong%0Areally%0Athis%0Abe right");
        let diagnostic = Diagnostic::warning("bad", "wrong").label(&file, 7..12, "");
        insta::assert_snapshot!(diagnostic.annotation("".into()).command(), @"::warning file=a%2Cb%3Ac%25.toml,line=1,endLine=2,title=bad::wrong");
        insta::assert_snapshot!(Diagnostic::warning("bad", "wrong").annotation("".into()).command(), @"::warning title=bad::wrong");
    }
}
