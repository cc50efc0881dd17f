//! The parser's findings as our diagnostics.

use std::sync::Arc;

use oxc::diagnostics::{Diagnostics, OxcDiagnostic, Severity as OxcSeverity};

use crate::diagnostic::{Diagnostic, Label, Severity, SourceFile};

/// Fails with every error among the findings; advice and warnings are for linters.
pub(super) fn check(file: &Arc<SourceFile>, found: Diagnostics) -> Result<(), Vec<Diagnostic>> {
    let errors: Vec<_> = found
        .into_iter()
        .filter(|problem| problem.severity == OxcSeverity::Error)
        .map(|problem| convert(file, &problem))
        .collect();
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

fn convert(file: &Arc<SourceFile>, problem: &OxcDiagnostic) -> Diagnostic {
    let labels = problem.labels.iter().map(|label| {
        let start = (label.offset() as usize).min(file.text.len());
        let end = (start + label.len() as usize).min(file.text.len());
        Label { file: Arc::clone(file), span: start..end, text: label.label().unwrap_or_default().to_owned() }
    });
    Diagnostic {
        code: "syntax",
        severity: Severity::Error,
        title: problem.message.trim_end_matches('.').to_owned(),
        labels: labels.collect(),
        help: problem.help.iter().map(ToString::to_string).collect(),
    }
}

/// A file that is imported as code but whose extension names no syntax we know.
pub(super) fn unknown_extension(file: &Arc<SourceFile>) -> Diagnostic {
    super::diagnostic(
        "unknown-source-extension",
        Severity::Error,
        format!("{} cannot be compiled: its extension is not one of JavaScript or TypeScript", file.path),
        file,
        0..0,
        vec![
            "Use .ts, .tsx, .mts, .cts, .js, .jsx, .mjs or .cjs, or import the file with `?raw`.".to_owned(),
        ],
    )
}
