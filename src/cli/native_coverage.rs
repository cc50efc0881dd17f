//! What isolates need in runs that measure V8's coverage: its own functions, which only a flag lets a script call.

use crate::plan::{ExtensionModule, Flag, ModuleSource, Plan, Provenance};

/// The path of the module that calls them, which is in no generated file.
pub(super) const PATH: &str = "coverage-natives.js";
/// Its text.
pub(super) const SCRIPT: &str = include_str!("../../templates/coverage-natives.js");
/// What it is called in workerd.
const MODULE: &str = "wpt:coverage-natives";
const V8_FLAG: &str = "--allow-natives-syntax";

/// Adds what the runner needs to measure coverage with V8.
pub(super) fn apply(plan: &mut Plan) {
    let because = Provenance::rule("coverage", "--coverage");
    plan.v8_flags.push(Flag { name: V8_FLAG.to_owned(), provenance: because });
    let module =
        ExtensionModule { name: MODULE.to_owned(), internal: false, source: ModuleSource::file(PATH, "") };
    if let Some(extension) = plan.extensions.first_mut() {
        extension.modules.push(module);
    }
}
