//! What the isolates of a run are told.

use std::{
    collections::HashMap,
    sync::{Arc, atomic::AtomicBool},
};

use camino::Utf8PathBuf;
use serde_json::Value;

use super::coverage::Provider;
use crate::{
    cli::{isolates, wants_color},
    compile::Compilation,
    runtime::session::SessionOptions,
};

/// Vitest's config for this run, and the limits.
pub(super) fn options(
    compilation: &Compilation,
    isolate: bool,
    coverage: Option<Provider>,
    locations: HashMap<Utf8PathBuf, Vec<u32>>,
    cancelled: &Arc<AtomicBool>,
) -> SessionOptions {
    let mut config = compilation.test.serialized_config.clone();
    for (name, value) in isolates::settings(compilation) {
        config[name] = value;
    }
    config["isolate"] = isolate.into();
    config["snapshotOptions"]["updateSnapshot"] = snapshot_update(&compilation.test.run.update).into();
    config["coverage"]["enabled"] = coverage.is_some().into();
    if let Some(provider) = coverage {
        config["coverage"]["provider"] = provider.name().into();
    }
    SessionOptions {
        root: compilation.project.root.clone(),
        provided: compilation.test.provide.clone(),
        color: wants_color(),
        limit: isolates::limit(compilation),
        inspector: None,
        why_hanging: false,
        cancelled: Arc::clone(cancelled),
        config,
        locations,
    }
}

/// Which snapshots are written: `all`, `new` or `none`.
pub(super) fn snapshot_update(wanted: &Value) -> &'static str {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let from_environment = || Value::from(variable("UPDATE_SNAPSHOT").unwrap_or_default());
    let asked = matches!(wanted, Value::Bool(true)) || wanted.as_str().is_some_and(|text| !text.is_empty());
    let wanted = if asked { wanted.clone() } else { from_environment() };
    let is_ci = variable("CI").is_some_and(|value| value != "false");
    match wanted.as_str() {
        Some("none") => "none",
        Some("") if is_ci => "none",
        Some("new" | "") => "new",
        _ => "all",
    }
}
