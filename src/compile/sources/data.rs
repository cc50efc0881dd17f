//! Modules made of files that are not code.

use std::sync::Arc;

use camino::Utf8Path;

use super::Compiler;
use crate::{
    bundle::resolve::DataKind,
    diagnostic::{Diagnostic, SourceFile},
};

/// The default export of a file's module, as JavaScript.
pub(super) fn data(kind: DataKind, file: &Utf8Path, text: String) -> String {
    match kind {
        DataKind::Text | DataKind::Raw => serde_json::Value::from(text).to_string(),
        DataKind::Url => serde_json::Value::from(format!("/{file}")).to_string(),
        _ => "\"\"".to_owned(),
    }
}

/// A module with only a default export, given as JavaScript.
pub(super) fn default_export(value: &str) -> String {
    format!("export default async (__vite_ssr_exports__) => {{ __vite_ssr_exports__.default = {value}; }};\n")
}

/// A JSON module: the value, and its keys as named exports.
fn json_module(value: &serde_json::Value) -> String {
    format!(
        "export default async (__vite_ssr_exports__) => {{\nconst value = {value};\nif (value && typeof value === \"object\" && !Array.isArray(value)) Object.assign(__vite_ssr_exports__, value);\n__vite_ssr_exports__.default = value;\n}};\n"
    )
}

impl Compiler<'_> {
    /// The module of a JSON file.
    pub(super) fn json(&mut self, file: &Utf8Path, text: String) -> Option<String> {
        match serde_json::from_str::<serde_json::Value>(&text) {
            Ok(value) => Some(json_module(&value)),
            Err(error) => {
                let source = Arc::new(SourceFile::new(file, text));
                let line: usize = source
                    .text
                    .split_inclusive('\n')
                    .take(error.line().saturating_sub(1))
                    .map(str::len)
                    .sum();
                let start = line + error.column().saturating_sub(1);
                self.diagnostics.push(
                    Diagnostic::error("syntax", format!("{file} is not JSON: {error}")).label(
                        &source,
                        start..start + 1,
                        "",
                    ),
                );
                None
            }
        }
    }
}
