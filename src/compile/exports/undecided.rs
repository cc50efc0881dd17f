//! What no analysis can see, and the import that hides it.

use std::sync::Arc;

use camino::Utf8Path;

use crate::{
    analyze::exports::{Declaration, Hidden, MainExport, Place},
    diagnostic::{Diagnostic, SourceFile},
};

/// The import that hides what the export is.
pub(super) fn hidden(export: &MainExport) -> Option<&Hidden> {
    match &export.declaration {
        _ if export.name == "default" => None,
        Declaration::Class { hidden, .. } => hidden.as_ref(),
        Declaration::Hidden(hidden) => Some(hidden),
        _ => None,
    }
}

pub(super) fn diagnostic(root: &Utf8Path, name: &str, hidden: &Hidden) -> Diagnostic {
    let title = format!("what the export `{name}` is cannot be decided before it runs");
    at(root, &hidden.place, Diagnostic::warning("undecided-export", title), "what is behind this is not known").help(
        format!(
            "say it in the Vitest config: `additionalExports: {{ {name}: \"DurableObject\" }}` (or \"WorkerEntrypoint\", \"WorkflowEntrypoint\")"
        ),
    )
}

/// Adds a line of a source to a diagnostic.
pub(in crate::compile) fn at(
    root: &Utf8Path,
    place: &Place,
    diagnostic: Diagnostic,
    text: &str,
) -> Diagnostic {
    let Ok(content) = std::fs::read_to_string(root.join(&place.file)) else {
        return diagnostic.help(format!("{}:{}", shown(place).file, place.line));
    };
    let before: usize =
        content.split_inclusive('\n').take(place.line.saturating_sub(1) as usize).map(str::len).sum();
    let line = content[before..].lines().next().unwrap_or_default();
    let start = before + line.len() - line.trim_start().len();
    let end = start + line.trim().len();
    let file = Arc::new(SourceFile::new(shown(place).file, content));
    diagnostic.label(&file, start..end, text)
}

/// A place as it is shown: a file of a package is named as it is imported, wherever the package is installed.
pub(in crate::compile) fn shown(place: &Place) -> Place {
    let file = place.file.as_str();
    match file.rsplit_once("node_modules/") {
        Some((_, inside)) => Place { file: format!("node_modules/{inside}").into(), line: place.line },
        None => place.clone(),
    }
}
