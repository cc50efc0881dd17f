//! From the tree of a `cloudflare.config.ts` to the tree of a wrangler file that says the same.

use std::ops::Range;

use super::bindings::Expected;
use crate::config::tree::{Entry, Node, Reader, Value};
pub(super) use crate::config::tree::{Field, Fields};

/// The reader of the one, and the maker of the other.
pub(super) struct Converter<'c, 'd> {
    pub(super) reader: &'c mut Reader<'d>,
    pub(super) out: Table,
    /// Whether there are static assets under test.
    pub(super) assets: bool,
}

/// A table being made.
pub(super) struct Table(Node);

impl Table {
    pub(super) fn new() -> Self {
        Self(Node { span: 0..0, value: Value::Table(vec![]) })
    }

    pub(super) fn into_node(self) -> Node {
        self.0
    }

    /// Sets what is at a path.
    pub(super) fn set(&mut self, path: &[&str], key_span: Range<usize>, node: Node) {
        if let Some(slot) = slot(&mut self.0, path, &key_span) {
            *slot = node;
        }
    }

    /// Adds an item to the array at a path.
    pub(super) fn push(&mut self, path: &[&str], item: Node) {
        let Some(slot) = slot(&mut self.0, path, &item.span) else { return };
        match &mut slot.value {
            Value::Array(items) => items.push(item),
            other => *other = Value::Array(vec![item]),
        }
    }
}

/// The node at a path of tables, which are made where they are missing.
fn slot<'n>(node: &'n mut Node, path: &[&str], span: &Range<usize>) -> Option<&'n mut Node> {
    let Some((key, rest)) = path.split_first() else { return Some(node) };
    if !matches!(node.value, Value::Table(_)) {
        node.value = Value::Table(vec![]);
    }
    let Value::Table(entries) = &mut node.value else { return None };
    let index = entries.iter().position(|entry| entry.key == *key).unwrap_or_else(|| {
        let node = Node { span: span.clone(), value: Value::Null };
        entries.push(Entry { key: (*key).to_owned(), key_span: span.clone(), node });
        entries.len() - 1
    });
    slot(&mut entries[index].node, rest, span)
}

/// A value at the place of an entry's key.
pub(super) fn at_key(entry: &Entry, value: Value) -> Node {
    Node { span: entry.key_span.clone(), value }
}

/// A table at the place of an entry, whose values have the place of its key.
pub(super) fn named<const N: usize>(entry: &Entry, values: [(&str, Value); N]) -> Node {
    let entries = values.map(|(key, value)| Entry {
        key: key.to_owned(),
        key_span: entry.key_span.clone(),
        node: at_key(entry, value),
    });
    Node { span: entry.key_span.clone(), value: Value::Table(entries.into()) }
}

/// The same table with wrangler's spelling of its keys: `maxBatchSize` becomes `max_batch_size`. Keys that are `renamed` get
/// those names instead.
pub(super) fn snake_case(node: &Node, renamed: &[(&str, &str)]) -> Node {
    let entries = node.entries().iter().map(|entry| {
        let renamed = renamed.iter().find(|(from, _)| *from == entry.key).map(|(_, to)| (*to).to_owned());
        Entry { key: renamed.unwrap_or_else(|| snake(&entry.key)), ..entry.clone() }
    });
    Node { span: node.span.clone(), value: Value::Table(entries.collect()) }
}

fn snake(key: &str) -> String {
    let mut out = String::with_capacity(key.len() + 4);
    for c in key.chars() {
        if c.is_ascii_uppercase() {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

impl Converter<'_, '_> {
    /// Copies a key, if its value is what it must be.
    pub(super) fn key(
        &mut self,
        fields: &mut Fields<'_>,
        name: &'static str,
        wrangler: &str,
        expected: Expected,
        item: &mut Node,
    ) {
        let reader = &mut *self.reader;
        let found = match expected {
            Expected::RequiredText => fields.required(reader, name),
            _ => fields.get(name),
        };
        let Some(field) = found else { return };
        let sound = match expected {
            Expected::Text | Expected::RequiredText => field.string(reader).is_some(),
            Expected::Number => field.number(reader).is_some(),
            Expected::Texts => field.strings(reader).is_some(),
            Expected::Table => field.entries(reader).is_some(),
        };
        let key_span = fields.entry(name).map_or_else(|| item.span.clone(), |entry| entry.key_span.clone());
        if let (true, Value::Table(entries)) = (sound, &mut item.value) {
            entries.push(Entry { key: wrangler.to_owned(), key_span, node: field.node.clone() });
        }
    }
}
