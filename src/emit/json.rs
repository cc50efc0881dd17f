//! `plan.json`: the plan as it is, for tools and for diffs.

use schemars::generate::SchemaSettings;

use crate::plan::Plan;

/// The plan as indented JSON, ending with a newline.
///
/// # Panics
/// Never: a plan has string keys only.
pub fn plan(plan: &Plan) -> String {
    let mut text = serde_json::to_string_pretty(plan).expect("plan has string keys only");
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

#[cfg(test)]
mod tests {
    #[test]
    fn the_published_schema_is_the_plans() {
        assert!(
            super::schema() == include_str!("../../schema/plan.schema.json"),
            "run `cargo run -- schema > schema/plan.schema.json`"
        );
    }
}
