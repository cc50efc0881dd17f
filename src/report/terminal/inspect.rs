//! A value in one line, as Vitest shows it.

use serde_json::Value;

/// `{ code: 'E_RANGE', at: [ 1, 2 ] }`.
pub(super) fn inspect(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        Value::Array(items) if items.is_empty() => "[]".to_owned(),
        Value::Array(items) => format!("[ {} ]", items.iter().map(inspect).collect::<Vec<_>>().join(", ")),
        Value::Object(entries) if entries.is_empty() => "{}".to_owned(),
        Value::Object(entries) => {
            let entries = entries.iter().map(|(key, value)| format!("{}: {}", name(key), inspect(value)));
            format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

fn quoted(text: &str) -> String {
    format!("'{text}'")
}

/// A key, quoted only if it has to be.
fn name(key: &str) -> String {
    let is_plain = key.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '$')
        && key.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '$');
    if is_plain { key.to_owned() } else { quoted(key) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_shown_as_in_javascript() {
        let value = json!({ "code": 42, "a-b": ["it's", null, true], "none": {}, "list": [] });
        insta::assert_snapshot!(inspect(&value), @r"{ code: 42, 'a-b': [ 'it's', null, true ], none: {}, list: [] }");
    }
}
