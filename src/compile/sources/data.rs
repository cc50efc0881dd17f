//! Modules made of files that are not code.

use camino::Utf8Path;

use crate::bundle::resolve::DataKind;

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
pub(super) fn json_module(value: &serde_json::Value) -> String {
    format!(
        "export default async (__vite_ssr_exports__) => {{\nconst value = {value};\nif (value && typeof value === \"object\" && !Array.isArray(value)) Object.assign(__vite_ssr_exports__, value);\n__vite_ssr_exports__.default = value;\n}};\n"
    )
}
