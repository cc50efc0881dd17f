//! What the isolates of a run are told.

use std::sync::{Arc, atomic::AtomicBool};

use serde_json::json;

use super::{arguments::Arguments, coverage::Provider};
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
    coverage: Option<Provider>,
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
    config["coverage"]["enabled"] = coverage.is_some().into();
    if let Some(provider) = coverage {
        config["coverage"]["provider"] = provider.name().into();
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
