//! TOML into the tree, with every syntax error of the file in one pass.

use std::{collections::BTreeMap, ops::Range, sync::Arc};

use serde_json::Number;
use toml::{
    Spanned,
    de::{DeTable, DeValue, Error},
};

use super::{Entry, Node, Value, number_error, syntax_error};
use crate::diagnostic::{Diagnostic, Diagnostics, SourceFile};

pub(super) fn parse(file: &Arc<SourceFile>, diagnostics: &mut Diagnostics) -> Option<Node> {
    let (root, errors) = DeTable::parse_recoverable(&file.text);
    if !errors.is_empty() {
        report(file, &errors, diagnostics);
        return None;
    }
    let mut lowering = Lowering { file, errors: Vec::new() };
    let span = root.span();
    let node = Node { span, value: lowering.table(root.into_inner()) };
    let sound = lowering.errors.is_empty();
    diagnostics.extend(lowering.errors);
    sound.then_some(node)
}

/// Reports the first error of each line: those after it on the line follow from it.
fn report(file: &Arc<SourceFile>, errors: &[Error], diagnostics: &mut Diagnostics) {
    let mut lines = BTreeMap::new();
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        let first = lines.entry(file.position(span.start).line).or_insert((span.clone(), error.message()));
        if span.start < first.0.start {
            *first = (span, error.message());
        }
    }
    diagnostics.extend(lines.into_values().map(|(span, message)| syntax_error(file, "TOML", span, message)));
}

struct Lowering<'a> {
    file: &'a Arc<SourceFile>,
    errors: Vec<Diagnostic>,
}

impl Lowering<'_> {
    fn node(&mut self, value: Spanned<DeValue<'_>>) -> Node {
        let span = value.span();
        let value = match value.into_inner() {
            DeValue::String(text) => Value::String(text.into_owned()),
            DeValue::Integer(integer) => {
                let exact = i64::from_str_radix(integer.as_str(), integer.radix());
                self.number(exact.ok().map(Number::from), &span)
            }
            DeValue::Float(float) => {
                let nearest = float.as_str().parse().ok().and_then(Number::from_f64);
                self.number(nearest, &span)
            }
            DeValue::Boolean(value) => Value::Bool(value),
            DeValue::Datetime(datetime) => Value::Datetime(datetime.to_string()),
            DeValue::Array(items) => Value::Array(items.into_iter().map(|item| self.node(item)).collect()),
            DeValue::Table(table) => self.table(table),
        };
        Node { span, value }
    }

    fn table(&mut self, table: DeTable<'_>) -> Value {
        let mut entries: Vec<_> = table
            .into_iter()
            .map(|(key, value)| Entry {
                key_span: key.span(),
                key: key.into_inner().into_owned(),
                node: self.node(value),
            })
            .collect();
        // The parser's table is sorted by key; the file's order is the user's.
        entries.sort_by_key(|entry| entry.key_span.start);
        Value::Table(entries)
    }

    fn number(&mut self, number: Option<Number>, span: &Range<usize>) -> Value {
        number.map_or_else(
            || {
                self.errors.push(number_error(self.file, span.clone()));
                Value::Null
            },
            Value::Number,
        )
    }
}
