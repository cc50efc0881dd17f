//! One spanned value tree for every spelling of a configuration file.
//!
//! TOML and JSONC are lowered into [`Node`]s with byte ranges, so that everything after this reads and
//! reports without knowing which of the two the user chose. What a script exports becomes the same tree: see
//! [`crate::config::places`].

use std::{borrow::Cow, ops::Range, sync::Arc};

use serde_json::Number;

use crate::diagnostic::{Diagnostic, Diagnostics, SourceFile};

#[cfg(test)]
pub(super) mod asked;
mod foreign;
mod jsonc;
mod read;
mod toml;

pub use foreign::Foreign;
pub use read::{Field, Fields, Reader, Scope, ScopeOf};

/// A value and its byte range.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Byte range in the file.
    pub span: Range<usize>,
    /// The value.
    pub value: Value,
}

/// What TOML and JSONC can both say, TOML's dates, and what only a script can say.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A finite number: an integer of 64 bits exactly, anything else as the nearest double.
    Number(Number),
    /// A string, unescaped.
    String(String),
    /// A date, a time or both without quotes, which only TOML has, as written.
    Datetime(String),
    /// A list.
    Array(Vec<Node>),
    /// A table or object, in the order of the file, each key once.
    Table(Vec<Entry>),
    /// A value that JSON has no form for.
    Foreign(Foreign),
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key, unquoted.
    pub key: String,
    /// Byte range of the key.
    pub key_span: Range<usize>,
    /// The value.
    pub node: Node,
}

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// TOML 1.1.
    Toml,
    /// JSON with comments and trailing commas.
    Json,
    /// JavaScript or TypeScript, evaluated.
    Script,
}

impl Language {
    /// The language that the file's name stands for; JSON if none.
    pub fn of(file: &SourceFile) -> Self {
        match file.path.extension() {
            Some("toml") => Self::Toml,
            Some("ts" | "mts" | "cts" | "js" | "mjs" | "cjs") => Self::Script,
            _ => Self::Json,
        }
    }

    /// The language's word for a [`Value::Table`], with its article.
    pub fn table(self) -> &'static str {
        match self {
            Self::Toml => "a table",
            Self::Json | Self::Script => "an object",
        }
    }
}

/// Reads a file in the [`Language`] its name says: TOML or JSON.
///
/// `None` means that the text could not be read; every syntax error found has been reported.
pub fn parse(file: &Arc<SourceFile>, diagnostics: &mut Diagnostics) -> Option<Node> {
    match Language::of(file) {
        Language::Toml => toml::parse(file, diagnostics),
        Language::Json | Language::Script => jsonc::parse(file, diagnostics),
    }
}

impl Node {
    /// The value under `key`, if this is a table that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.node)
    }

    /// The key and value under `key`, if this is a table that has it.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.key == key)
    }

    /// The entries of a table; none for anything else.
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Table(entries) => entries,
            _ => &[],
        }
    }

    /// What the value is, with its article, as messages about a file in `language` say it.
    pub fn kind(&self, language: Language) -> Cow<'static, str> {
        Cow::Borrowed(match &self.value {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Datetime(_) => "a date without quotes",
            Value::Array(_) => "an array",
            Value::Table(_) => language.table(),
            Value::Foreign(value) => return value.kind(),
        })
    }

    /// The value as JSON; dates without quotes become strings, and what JSON has no form for becomes `null`.
    pub fn to_json(&self) -> serde_json::Value {
        use serde_json::Value as Json;
        match &self.value {
            Value::Null | Value::Foreign(_) => Json::Null,
            Value::Bool(value) => Json::Bool(*value),
            Value::Number(number) => Json::Number(number.clone()),
            Value::String(text) | Value::Datetime(text) => Json::String(text.clone()),
            Value::Array(items) => items.iter().map(Self::to_json).collect(),
            Value::Table(entries) => {
                entries.iter().map(|entry| (entry.key.clone(), entry.node.to_json())).collect()
            }
        }
    }
}

fn syntax_error(file: &Arc<SourceFile>, language: &str, span: Range<usize>, message: &str) -> Diagnostic {
    Diagnostic::error("syntax-error", format!("this is not valid {language}")).label(file, span, message)
}

/// A number neither a 64-bit integer nor a double can hold, or one JSON has no word for.
fn number_error(file: &Arc<SourceFile>, span: Range<usize>) -> Diagnostic {
    let written = &file.text[span.clone()];
    Diagnostic::error("number-range", format!("`{written}` is not a number JSON can hold"))
        .label(file, span, "too large, or not finite")
        .help("write it as a string")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &str, text: &str) -> Result<serde_json::Value, String> {
        let file = Arc::new(SourceFile::new(path, text));
        let mut diagnostics = Diagnostics::new();
        match parse(&file, &mut diagnostics) {
            Some(node) if diagnostics.is_empty() => Ok(node.to_json()),
            _ => Err(diagnostics.render(false)),
        }
    }

    #[test]
    fn both_spellings_give_the_same_values() {
        let toml = "a = [1, -2.5, true]\nb.c = 'x'\n[[t]]\nn = 0xff\n[[t]]\nn = 9007199254740993\n";
        let json =
            r#"{ "a": [1, -2.5, true], "b": { "c": "x" }, "t": [{ "n": 255 }, { "n": 9007199254740993 }] }"#;
        let expected: serde_json::Value = serde_json::from_str(json).unwrap();
        assert_eq!(read("a.toml", toml), Ok(expected.clone()));
        assert_eq!(read("a.json", json), Ok(expected.clone()));
        assert_eq!(read("a.jsonc", &format!("// c\n{json} /* d */")), Ok(expected));
    }

    #[test]
    fn the_order_of_the_file_is_kept() {
        let keys = |path: &str, text: &str| -> Vec<String> {
            read(path, text).unwrap().as_object().unwrap().keys().cloned().collect()
        };
        assert_eq!(keys("a.toml", "z = 1\na = 2\nm = 3\n"), ["z", "a", "m"]);
        assert_eq!(keys("a.json", r#"{"z":1,"a":2,"m":3}"#), ["z", "a", "m"]);
    }

    #[test]
    fn dates_become_strings() {
        assert_eq!(read("a.toml", "d = 2024-01-02\n"), Ok(serde_json::json!({ "d": "2024-01-02" })));
    }

    #[test]
    fn numbers_json_cannot_hold_are_refused() {
        for (path, text) in [
            ("a.toml", "n = inf"),
            ("a.toml", "n = nan"),
            ("a.toml", "n = 1e999"),
            ("a.toml", "n = 99999999999999999999"),
            ("a.json", r#"{"n": 1e999}"#),
        ] {
            let error = read(path, text).unwrap_err();
            assert!(error.contains("error[number-range]"), "{text}: {error}");
        }
        assert_eq!(read("a.json", "[18446744073709551615]"), Ok(serde_json::json!([u64::MAX])));
        assert_eq!(read("a.json", "[1e2, 0.1, -0]"), Ok(serde_json::json!([100.0, 0.1, 0])));
    }
}
