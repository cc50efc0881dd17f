//! Values that a script gave, with the places where the script says them.
//!
//! The values are those of the evaluated script. Where each was written is looked up in the script's syntax: through
//! calls, variables, spreads and the returned values of functions. What cannot be followed, such as a value made in a
//! loop or in another file, has the place of its name if the name is in the file once, or of what holds it.

mod script;
#[cfg(test)]
mod tests;

use std::{ops::Range, sync::Arc};

use oxc::{allocator::Allocator, span::GetSpan as _};
use serde_json::{Map, Value as Json};

use super::{
    origin::Origin,
    tree::{Entry, Foreign, Node, Value},
};
use crate::diagnostic::SourceFile;
use script::{Script, Values};

/// What the value is of the script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// What it gives to the Workers pool, in either generation's way.
    PoolOptions,
    /// What it exports by default.
    DefaultExport,
}

/// `value` as a tree over `file`, of which it is the `anchor`.
pub fn tree(value: &Json, file: &Arc<SourceFile>, anchor: Anchor) -> Node {
    let allocator = Allocator::default();
    let script = Script::parse(file, &allocator);
    let candidates = match anchor {
        Anchor::PoolOptions => script.pool_options(),
        Anchor::DefaultExport => vec![script.default_export()],
    };
    let places = Places { script: &script, text: &file.text };
    // A file with several projects has the options of each.
    let values = candidates.into_iter().rev().max_by_key(|values| places.likeness(value, values));
    let values = values.unwrap_or_default();
    let span = values.last().map_or(0..0, |value| range(value.span()));
    places.node(value, &values, span)
}

/// The first place in `file` that has the name `word`.
pub fn word(file: &Arc<SourceFile>, word: &str) -> Option<Origin> {
    words(&file.text, word).next().map(|span| Origin::new(file, span))
}

struct Places<'s, 'a> {
    script: &'s Script<'a>,
    text: &'s str,
}

impl<'a> Places<'_, 'a> {
    /// `value`, which is at `span` and which the script writes as one of `written`.
    fn node(&self, value: &Json, written: &Values<'a>, span: Range<usize>) -> Node {
        let value = match value {
            Json::Null => Value::Null,
            Json::Bool(value) => Value::Bool(*value),
            Json::Number(number) => Value::Number(number.clone()),
            Json::String(text) => Value::String(text.clone()),
            Json::Array(items) => {
                let item = |(index, item)| match Script::item(written, index) {
                    Some(found) => self.node(item, &self.script.values(found), range(found.span())),
                    None => self.node(item, &vec![], span.clone()),
                };
                Value::Array(items.iter().enumerate().map(item).collect())
            }
            Json::Object(fields) => match Foreign::of(fields) {
                Some(value) => Value::Foreign(value),
                None => Value::Table(self.entries(fields, written, &span)),
            },
        };
        Node { span, value }
    }

    fn entries(&self, fields: &Map<String, Json>, written: &Values<'a>, around: &Range<usize>) -> Vec<Entry> {
        let entry = |(key, value): (&String, &Json)| {
            let (key_span, node) = if let Some(found) = self.script.property(written, key) {
                let values = self.script.values(found.value);
                (range(found.key), self.node(value, &values, range(found.value.span())))
            } else {
                let span = self.only_word(key).unwrap_or_else(|| around.clone());
                (span.clone(), self.node(value, &vec![], span))
            };
            Entry { key: key.clone(), key_span, node }
        };
        fields.iter().map(entry).collect()
    }

    /// The place of a name that is in the file once.
    fn only_word(&self, word: &str) -> Option<Range<usize>> {
        let mut found = words(self.text, word);
        found.next().filter(|_| found.next().is_none())
    }

    /// How much of `value` the script writes there: keys, and strings that are the same.
    fn likeness(&self, value: &Json, written: &Values<'a>) -> i32 {
        match value {
            Json::Object(fields) => {
                let field = |(key, value): (&String, &Json)| {
                    let Some(found) = self.script.property(written, key) else { return 0 };
                    1 + self.likeness(value, &self.script.values(found.value))
                };
                fields.iter().map(field).sum()
            }
            Json::String(text) => match written.last().and_then(|value| Script::text(value)) {
                Some(literal) if literal == text => 1,
                Some(_) => -1,
                None => 0,
            },
            _ => 0,
        }
    }
}

fn range(span: oxc::span::Span) -> Range<usize> {
    span.start as usize..span.end as usize
}

/// The places of `word` where it is not part of a longer name.
fn words<'t>(text: &'t str, word: &'t str) -> impl Iterator<Item = Range<usize>> + 't {
    let is_name = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    text.match_indices(word)
        .map(|(start, word)| start..start + word.len())
        .filter(move |span| !text[..span.start].ends_with(is_name) && !text[span.end..].starts_with(is_name))
}
