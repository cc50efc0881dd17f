//! The `flatted` format: JSON for data with shared and circular references.
//!
//! A text is a JSON array. Its first item is the root; inside objects and arrays, a string is the index (as text) of the
//! item that stands in its place, and all other values stand for themselves. See the npm package `flatted`.

use serde_json::{Map, Value};
use thiserror::Error;

/// A text that is not in the format.
#[derive(Debug, Error)]
#[error("not a flatted text: {0}")]
pub struct FlattedError(String);

/// Reads a text into a tree. A reference back to a value that contains it becomes `null`.
///
/// # Errors
/// The text is not in the format.
pub fn parse(text: &str) -> Result<Value, FlattedError> {
    let items = match serde_json::from_str(text) {
        Ok(Value::Array(items)) if !items.is_empty() => items,
        Ok(_) => return Err(FlattedError("expected an array with at least one item".to_owned())),
        Err(error) => return Err(FlattedError(error.to_string())),
    };
    Unflatten { items: &items, open: vec![false; items.len()] }.item(0)
}

struct Unflatten<'a> {
    items: &'a [Value],
    /// Whether an item is being read, so that a reference to it is circular.
    open: Vec<bool>,
}

impl Unflatten<'_> {
    fn item(&mut self, index: usize) -> Result<Value, FlattedError> {
        let items = self.items;
        let item = items.get(index).ok_or_else(|| FlattedError(format!("there is no item {index}")))?;
        if self.open[index] {
            return Ok(Value::Null);
        }
        self.open[index] = true;
        let value = match item {
            Value::Array(values) => values
                .iter()
                .map(|value| self.reference(value))
                .collect::<Result<Vec<_>, _>>()
                .map(Value::Array),
            Value::Object(fields) => fields
                .iter()
                .map(|(key, value)| Ok((key.clone(), self.reference(value)?)))
                .collect::<Result<Map<_, _>, _>>()
                .map(Value::Object),
            plain => Ok(plain.clone()),
        };
        self.open[index] = false;
        value
    }

    fn reference(&mut self, value: &Value) -> Result<Value, FlattedError> {
        let Value::String(index) = value else { return Ok(value.clone()) };
        let index = index.parse().map_err(|_| FlattedError(format!("`{index}` is not an index")))?;
        self.item(index)
    }
}

/// Writes a value as a text.
pub fn stringify(value: &Value) -> String {
    let mut items = vec![Value::Null];
    items[0] = flatten(value, &mut items);
    Value::Array(items).to_string()
}

/// The form of `value` as an item: what it holds is appended to `items`.
fn flatten(value: &Value, items: &mut Vec<Value>) -> Value {
    let mut refer = |value: &Value| match value {
        Value::String(_) | Value::Array(_) | Value::Object(_) => {
            let index = items.len();
            items.push(Value::Null);
            items[index] = flatten(value, items);
            Value::String(index.to_string())
        }
        plain => plain.clone(),
    };
    match value {
        Value::Array(values) => Value::Array(values.iter().map(&mut refer).collect()),
        Value::Object(fields) => {
            Value::Object(fields.iter().map(|(key, value)| (key.clone(), refer(value))).collect())
        }
        plain => plain.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        for value in [
            json!("a"),
            json!(1),
            json!(null),
            json!({"a": ["b", {"c": true, "d": "1"}], "e": {}}),
            json!([]),
        ] {
            assert_eq!(parse(&stringify(&value)).unwrap(), value);
        }
    }

    #[test]
    fn the_npm_packages_text_is_understood() {
        // const a = { name: "x", list: [1, "y"] }; a.self = a; a.again = a.list; stringify(a)
        let text = r#"[{"name":"1","list":"2","self":"0","again":"2"},"x",[1,"3"],"y"]"#;
        assert_eq!(
            parse(text).unwrap(),
            json!({"name": "x", "list": [1, "y"], "self": null, "again": [1, "y"]})
        );
    }

    #[test]
    fn other_texts_are_errors() {
        for text in ["", "{}", "[]", r#"[{"a":"7"}]"#, r#"[["x"]]"#] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
