//! What the isolates of a run are told.

use std::{
    collections::HashMap,
    sync::{Arc, atomic::AtomicBool},
};

use camino::Utf8PathBuf;
use serde_json::{Value, json};

use super::coverage::Provider;
use crate::{
    cli::{isolates, wants_color},
    compile::Compilation,
    runtime::session::{Failures, Location, SessionOptions},
};

/// What the isolates of all projects are told alike.
#[derive(Debug, Default)]
pub(super) struct Scope {
    /// The tests and suites that are run, by test file; of other files all are.
    pub(super) locations: HashMap<Utf8PathBuf, Vec<Location>>,
    /// What measures coverage, if it is measured.
    pub(super) coverage: Option<Provider>,
    /// Whether the tests are only to be known.
    pub(super) collects: bool,
    /// Whether they are to be known with their places.
    pub(super) has_places: bool,
    /// The regular expression of the tests that are run, if another than the config's.
    pub(super) test_name_pattern: Option<String>,
    /// Whether snapshots are updated, whatever the config says.
    pub(super) update: bool,
    /// The failures of the run.
    pub(super) failures: Arc<Failures>,
}

/// Vitest's config for this run, and the limits.
pub(super) fn options(
    compilation: &Compilation,
    isolate: bool,
    scope: &Scope,
    cancelled: &Arc<AtomicBool>,
) -> SessionOptions {
    let mut config = compilation.test.serialized_config.clone();
    for (name, value) in isolates::settings(compilation) {
        config[name] = value;
    }
    config["isolate"] = isolate.into();
    config["snapshotOptions"]["updateSnapshot"] = snapshot_update(&compilation.test.run.update).into();
    if scope.update {
        config["snapshotOptions"]["updateSnapshot"] = "all".into();
    }
    if let Some(pattern) = &scope.test_name_pattern {
        config["testNamePattern"] = json!({ "$wptRegExp": pattern, "flags": "" });
    }
    if scope.has_places {
        config["includeTaskLocation"] = true.into();
    }
    config["coverage"]["enabled"] = scope.coverage.is_some().into();
    if let Some(provider) = scope.coverage {
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
        locations: scope.locations.clone(),
        collects: scope.collects,
        failures: Arc::clone(&scope.failures),
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
