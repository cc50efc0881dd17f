//! `plan.json`: what of the plan is committed, for tools and for diffs; and its JSON Schema.

use schemars::generate::SchemaSettings;
use serde_json::Value;

use crate::plan::Plan;

/// Values that fit are on one line of this many characters.
const WIDTH: usize = 120;

/// The committed form of the plan ([`Plan::for_review`]) as JSON, ending with a newline.
///
/// # Panics
/// Never: a plan has string keys only.
pub fn plan(plan: &Plan) -> String {
    let value = serde_json::to_value(plan.for_review()).expect("plan has string keys only");
    let mut text = String::new();
    write(&value, 0, 0, &mut text);
    text.push('\n');
    text
}

/// The JSON Schema (draft 2020-12) of `plan.json`, ending with a newline.
///
/// # Panics
/// Never: a schema is JSON.
pub fn schema() -> String {
    let schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<Plan>();
    let mut text = serde_json::to_string_pretty(&schema).expect("a schema is JSON");
    text.push('\n');
    text
}

/// Writes a value: on one line if it fits there behind `used` characters, else with a line for each of its parts.
fn write(value: &Value, depth: usize, used: usize, text: &mut String) {
    let line = one_line(value);
    let parts: Vec<(String, &Value)> = match value {
        _ if 2 * depth + used + line.chars().count() < WIDTH => vec![],
        Value::Array(values) => values.iter().map(|value| (String::new(), value)).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(key, value)| (format!("{}: ", Value::from(key.as_str())), value)).collect()
        }
        _ => vec![],
    };
    if parts.is_empty() {
        text.push_str(&line);
        return;
    }
    let (open, close) = if value.is_array() { ('[', ']') } else { ('{', '}') };
    text.push(open);
    for (index, (label, part)) in parts.iter().enumerate() {
        text.push_str(if index == 0 { "\n" } else { ",\n" });
        text.push_str(&"  ".repeat(depth + 1));
        text.push_str(label);
        write(part, depth + 1, label.chars().count(), text);
    }
    text.push('\n');
    text.push_str(&"  ".repeat(depth));
    text.push(close);
}

/// A value on one line, with spaces where people put them.
fn one_line(value: &Value) -> String {
    match value {
        Value::Array(values) if !values.is_empty() => {
            format!("[{}]", values.iter().map(one_line).collect::<Vec<_>>().join(", "))
        }
        Value::Object(fields) if !fields.is_empty() => {
            let fields = fields
                .iter()
                .map(|(key, value)| format!("{}: {}", Value::from(key.as_str()), one_line(value)));
            format!("{{ {} }}", fields.collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_published_schema_is_the_plans() {
        assert!(
            schema() == include_str!("../../schema/plan.schema.json"),
            "run `cargo run -- schema > schema/plan.schema.json`"
        );
    }

    #[test]
    fn what_fits_is_on_one_line() {
        let value =
            json!({ "short": [1, { "a\"b": [], "c": {} }], "long": ["x".repeat(60), "y".repeat(60)] });
        let mut text = String::new();
        write(&value, 0, 0, &mut text);
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
        insta::assert_snapshot!(text, @r#"
        {
          "short": [1, { "a\"b": [], "c": {} }],
          "long": [
            "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy"
          ]
        }
        "#);
    }
}
