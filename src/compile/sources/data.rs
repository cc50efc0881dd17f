//! Modules made of files that are not code.

use std::sync::Arc;

use camino::Utf8Path;
use data_encoding::{BASE64, HEXLOWER};
use oxc::syntax::{identifier::is_identifier_name, keyword::is_reserved_keyword};
use serde_json::Value;
use sha1::{Digest, Sha1};

use super::Compiler;
use crate::{
    bundle::resolve::DataKind,
    diagnostic::{Diagnostic, SourceFile},
};

/// Vite's `build.assetsInlineLimit`, in bytes.
const INLINED: usize = 4096;

/// The default export of a file's module, as JavaScript, where the content does not have to be text.
pub(super) fn of_bytes(kind: DataKind, file: &Utf8Path, content: &[u8]) -> Option<String> {
    match kind {
        // Vite puts small ones into the text.
        DataKind::Inline | DataKind::Url if file.extension() == Some("svg") && content.len() < INLINED => {
            Some(Value::from(data_url(file, content)).to_string())
        }
        DataKind::Url => Some(Value::from(format!("/{file}")).to_string()),
        DataKind::Inline => Some(Value::from(data_url(file, content)).to_string()),
        DataKind::Css => Some("\"\"".to_owned()),
        DataKind::CssModule => Some(class_names(file)),
        _ => None,
    }
}

/// As Vite writes it.
fn data_url(file: &Utf8Path, content: &[u8]) -> String {
    let base64 = |media_type: &str| format!("data:{media_type};base64,{}", BASE64.encode(content));
    if file.extension() == Some("svg") {
        let text = String::from_utf8_lossy(content);
        // What has text in it, or quotes in quotes, is not to be changed.
        let is_simple =
            !text.contains("<text") && !text.contains("<foreignObject") && !has_nested_quotes(&text);
        return if is_simple { svg_url(&text) } else { base64("image/svg+xml") };
    }
    let media_type = file.extension().and_then(|extension| mime_guess::from_ext(extension).first_raw());
    base64(media_type.unwrap_or("application/octet-stream"))
}

/// Whether a quoted text has the other kind of quotes in it.
fn has_nested_quotes(text: &str) -> bool {
    let nests = |quote: char, other: char| {
        let parts: Vec<_> = text.split(quote).collect();
        parts.len() > 2 && parts[1..parts.len() - 1].iter().any(|inside| inside.contains(other))
    };
    nests('"', '\'') || nests('\'', '"')
}

fn svg_url(text: &str) -> String {
    let mut url = "data:image/svg+xml,".to_owned();
    let mut after_tag = false;
    let mut characters = text.trim().chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            character if character.is_whitespace() => {
                while characters.next_if(|next| next.is_whitespace()).is_some() {}
                if !(after_tag && characters.peek() == Some(&'<')) {
                    url += "%20";
                }
            }
            '"' => url.push('\''),
            '%' => url += "%25",
            '#' => url += "%23",
            '<' => url += "%3c",
            '>' => url += "%3e",
            other => url.push(other),
        }
        after_tag = character == '>';
    }
    url
}

/// Vitest does not read such a file: it has any name, made unique for the file.
fn class_names(file: &Utf8Path) -> String {
    let hash = HEXLOWER.encode(&Sha1::digest(file.as_str()));
    format!("new Proxy(Object.create(null), {{ get: (_, name) => `_${{name}}_{}` }})", &hash[..6])
}

/// The default export of a module of text, as JavaScript.
pub(super) fn text(text: String) -> String {
    Value::from(text).to_string()
}

/// A module with only a default export, given as JavaScript.
pub(super) fn default_export(value: &str) -> String {
    format!("export default async (__vite_ssr_exports__) => {{ __vite_ssr_exports__.default = {value}; }};\n")
}

/// A JSON module: the value, and its keys as named exports where they can be names.
fn json_module(value: &Value) -> String {
    let names = value.as_object().into_iter().flat_map(|object| object.keys());
    let names: Vec<_> = names.filter(|name| is_identifier_name(name) && !is_reserved_keyword(name)).collect();
    format!(
        "export default async (__vite_ssr_exports__) => {{\nconst value = {value};\nfor (const name of {}) __vite_ssr_exports__[name] = value[name];\n__vite_ssr_exports__.default = value;\n}};\n",
        serde_json::json!(names)
    )
}

impl Compiler<'_> {
    /// The module of a JSON file.
    pub(super) fn json(&mut self, file: &Utf8Path, text: String) -> Option<String> {
        match serde_json::from_str::<Value>(&text) {
            Ok(value) => Some(json_module(&value)),
            Err(error) => {
                let source = Arc::new(SourceFile::new(file, text));
                let lines = source.text.split_inclusive('\n').take(error.line().saturating_sub(1));
                let start = lines.map(str::len).sum::<usize>() + error.column().saturating_sub(1);
                let problem = Diagnostic::error("syntax", format!("{file} is not JSON: {error}"));
                self.diagnostics.push(problem.label(&source, start..start + 1, ""));
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn svg_is_readable_in_a_url() {
        let url = |svg: &str| data_url("a.svg".into(), svg.as_bytes());
        assert_eq!(
            url("<svg viewBox=\"0 0 1 1\">\n  <path  fill=\"#fff\" /> </svg>\n"),
            "data:image/svg+xml,%3csvg%20viewBox='0%200%201%201'%3e%3cpath%20fill='%23fff'%20/%3e%3c/svg%3e"
        );
        assert_eq!(url("<text>a</text>"), "data:image/svg+xml;base64,PHRleHQ+YTwvdGV4dD4=");
        assert_eq!(url("<a b=\"c('d')\"/>"), "data:image/svg+xml;base64,PGEgYj0iYygnZCcpIi8+");
    }
}
