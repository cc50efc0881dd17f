//! Diagnostics for programs, described in `docs/diagnostics.md`.

use serde::Serialize;

use super::{Diagnostic, Label, Severity};

/// A place, as programs read it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Place<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    /// Byte offsets.
    span: [usize; 2],
    #[serde(skip_serializing_if = "str::is_empty")]
    label: &'a str,
}

/// A diagnostic, as programs read it.
#[derive(Serialize)]
struct Problem<'a> {
    severity: &'static str,
    code: &'a str,
    title: &'a str,
    #[serde(flatten)]
    place: Option<Place<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related: Vec<Place<'a>>,
    help: &'a [String],
}

impl Severity {
    /// The word for it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl Diagnostic {
    /// The diagnostic as a JSON object on one line, without a line break.
    ///
    /// # Panics
    /// Never: it has string keys only.
    pub fn json(&self) -> String {
        let shown = self.shown();
        let mut places = shown.labels.iter().map(place);
        let problem = Problem {
            severity: self.severity.name(),
            code: self.code,
            title: &shown.title,
            place: places.next(),
            related: places.collect(),
            help: &shown.help,
        };
        serde_json::to_string(&problem).expect("a problem has string keys only")
    }
}

fn place(label: &Label) -> Place<'_> {
    let (start, end) = (label.file.position(label.span.start), label.file.position(label.span.end));
    Place {
        file: label.file.path.as_str(),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        span: [label.span.start, label.span.end],
        label: &label.text,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::diagnostic::SourceFile;

    #[test]
    fn every_place_is_told() {
        let file = Arc::new(SourceFile::new("wrangler.jsonc", "{\n  \"é\": 1\n}"));
        let diagnostic = Diagnostic::warning("twice", "said \"twice\"")
            .label(&file, 4..8, "here")
            .label(&file, 10..11, "")
            .help("say it once");
        insta::assert_snapshot!(diagnostic.json(), @r#"{"severity":"warning","code":"twice","title":"said \"twice\"","file":"wrangler.jsonc","line":2,"column":3,"endLine":2,"endColumn":6,"span":[4,8],"label":"here","related":[{"file":"wrangler.jsonc","line":2,"column":8,"endLine":2,"endColumn":9,"span":[10,11]}],"help":["say it once"]}"#);
        insta::assert_snapshot!(Diagnostic::error("no-config", "no wrangler file").json(), @r#"{"severity":"error","code":"no-config","title":"no wrangler file","help":[]}"#);
    }
}
