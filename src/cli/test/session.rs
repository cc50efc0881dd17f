//! What the isolates of a run are told.

use std::sync::{Arc, atomic::AtomicBool};

use serde_json::json;

use super::arguments::Arguments;
use crate::{
    cli::{isolates, wants_color},
    compile::Compilation,
    runtime::session::SessionOptions,
};

/// Vitest's config for this run, and the limits.
pub(super) fn options(
    arguments: &Arguments,
    compilation: &Compilation,
    isolate: bool,
    cancelled: &Arc<AtomicBool>,
) -> SessionOptions {
    let mut config = compilation.test.serialized_config.clone();
    let ci = std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false");
    let update = match (arguments.execution.update, ci) {
        (true, _) => "all",
        (false, true) => "none",
        (false, false) => "new",
    };
    for (name, value) in isolates::settings(compilation) {
        config[name] = value;
    }
    config["isolate"] = isolate.into();
    config["snapshotOptions"]["updateSnapshot"] = update.into();
    // Its provider would be imported, and is not there.
    if measures_coverage(compilation) {
        config["coverage"]["enabled"] = false.into();
    }
    if let Some(pattern) = &arguments.selection.test_name_pattern {
        config["testNamePattern"] = json!({ "$wptRegExp": pattern, "flags": "" });
    }
    SessionOptions {
        root: compilation.project.root.clone(),
        provided: compilation.test.provide.clone(),
        color: wants_color(),
        limit: isolates::limit(compilation),
        cancelled: Arc::clone(cancelled),
        config,
    }
}

/// Whether the Vitest config asks for coverage, which nothing measures.
pub(super) fn measures_coverage(compilation: &Compilation) -> bool {
    compilation.test.serialized_config["coverage"]["enabled"] == true
}
