//! JSON with comments into the tree.
//!
//! Accepted is what wrangler accepts in `wrangler.json` and `wrangler.jsonc` alike: comments and trailing
//! commas, nothing looser. A key written twice is a warning, since wrangler silently takes the last one.

use std::{ops::Range, sync::Arc};

use jsonc_parser::{CollectOptions, ParseOptions, ast, common::Ranged, parse_to_ast};
use serde_json::Number;

use super::{Entry, Node, Value, number_error, syntax_error};
use crate::diagnostic::{Diagnostic, Diagnostics, SourceFile};

const STRICT: ParseOptions = ParseOptions {
    allow_comments: true,
    allow_trailing_commas: true,
    allow_loose_object_property_names: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

pub(super) fn parse(file: &Arc<SourceFile>, diagnostics: &mut Diagnostics) -> Option<Node> {
    let parsed = match parse_to_ast(&file.text, &CollectOptions::default(), &STRICT) {
        Ok(parsed) => parsed,
        Err(error) => {
            let message = error.kind().to_string();
            diagnostics.push(syntax_error(file, "JSON", bytes(error.range()), &lower_first(&message)));
            return None;
        }
    };
    let Some(root) = parsed.value else {
        let end = file.text.len();
        diagnostics.push(syntax_error(file, "JSON", end..end, "expected `{`, found the end of the file"));
        return None;
    };
    let mut lowering = Lowering { file, found: Diagnostics::new() };
    let node = lowering.node(&root);
    let sound = !lowering.found.has_errors();
    diagnostics.extend(lowering.found);
    sound.then_some(node)
}

struct Lowering<'a> {
    file: &'a Arc<SourceFile>,
    found: Diagnostics,
}

impl Lowering<'_> {
    fn node(&mut self, value: &ast::Value<'_>) -> Node {
        let span = bytes(value.range());
        let value = match value {
            ast::Value::NullKeyword(_) => Value::Null,
            ast::Value::BooleanLit(literal) => Value::Bool(literal.value),
            ast::Value::NumberLit(literal) => self.number(literal.value, &span),
            ast::Value::StringLit(literal) => Value::String(literal.value.clone().into_owned()),
            ast::Value::Array(array) => {
                Value::Array(array.elements.iter().map(|element| self.node(element)).collect())
            }
            ast::Value::Object(object) => self.table(object),
        };
        Node { span, value }
    }

    fn table(&mut self, object: &ast::Object<'_>) -> Value {
        let mut entries: Vec<Entry> = Vec::with_capacity(object.properties.len());
        for property in &object.properties {
            let entry = Entry {
                key: property.name.as_str().to_owned(),
                key_span: bytes(property.name.range()),
                node: self.node(&property.value),
            };
            match entries.iter_mut().find(|earlier| earlier.key == entry.key) {
                Some(earlier) => {
                    self.found.push(twice(self.file, &entry.key, &earlier.key_span, &entry.key_span));
                    *earlier = entry;
                }
                None => entries.push(entry),
            }
        }
        Value::Table(entries)
    }

    fn number(&mut self, written: &str, span: &Range<usize>) -> Value {
        let integer =
            written.parse::<i64>().map(Number::from).or_else(|_| written.parse::<u64>().map(Number::from));
        let number = integer.ok().or_else(|| written.parse().ok().and_then(Number::from_f64));
        number.map_or_else(
            || {
                self.found.push(number_error(self.file, span.clone()));
                Value::Null
            },
            Value::Number,
        )
    }
}

fn twice(file: &Arc<SourceFile>, key: &str, first: &Range<usize>, second: &Range<usize>) -> Diagnostic {
    Diagnostic::warning("duplicate-key", format!("`{key}` is written twice"))
        .label(file, second.clone(), "this one is used")
        .label(file, first.clone(), "this one is ignored")
        .help("delete one of them")
}

fn bytes(range: jsonc_parser::common::Range) -> Range<usize> {
    range.start..range.end
}

/// The parser's messages start with a capital letter; ours stand under the code.
fn lower_first(message: &str) -> String {
    let mut letters = message.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
