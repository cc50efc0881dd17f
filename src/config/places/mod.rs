//! Values that a script gave, with the places where the script says them.
//!
//! The values are those of the evaluated script; each is looked for by its key in the script's text.

use std::{ops::Range, sync::Arc};

use serde_json::Value as Json;

use super::{
    origin::Origin,
    tree::{Entry, Foreign, Node, Value},
};
use crate::diagnostic::SourceFile;

/// `value` as a tree over `file`. What is not found in the file has the place of what holds it.
pub fn tree(value: &Json, file: &Arc<SourceFile>) -> Node {
    node(value, &(0..0), &file.text)
}

fn node(value: &Json, span: &Range<usize>, text: &str) -> Node {
    let value = match value {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => Value::Number(number.clone()),
        Json::String(text) => Value::String(text.clone()),
        Json::Array(items) => Value::Array(items.iter().map(|item| node(item, span, text)).collect()),
        Json::Object(fields) => match Foreign::of(fields) {
            Some(value) => Value::Foreign(value),
            None => Value::Table(
                fields
                    .iter()
                    .map(|(key, value)| {
                        let span =
                            find_word(text, key).map_or(span.clone(), |start| start..start + key.len());
                        Entry { key: key.clone(), node: node(value, &span, text), key_span: span }
                    })
                    .collect(),
            ),
        },
    };
    Node { span: span.clone(), value }
}

/// The first place in `file` that has the name `word`.
pub fn word(file: &Arc<SourceFile>, word: &str) -> Option<Origin> {
    find_word(&file.text, word).map(|start| Origin::new(file, start..start + word.len()))
}

/// The first occurrence of `word` in `text` that is not part of a longer name.
fn find_word(text: &str, word: &str) -> Option<usize> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    text.match_indices(word)
        .map(|(start, _)| start)
        .find(|&start| !text[..start].ends_with(is_name) && !text[start + word.len()..].starts_with(is_name))
}
