//! `plan.json`: the plan as it is, for tools and for diffs.

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
