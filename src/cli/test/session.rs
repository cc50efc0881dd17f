//! What the isolates of a run are told.

use std::{
    collections::HashMap,
    sync::{Arc, atomic::AtomicBool},
};

use camino::Utf8PathBuf;
use serde_json::{Map, Value};

use crate::{
    cli::wants_color,
    compile::Compilation,
    runtime::session::{SessionOptions, limit_for},
};

/// Vitest's config for this run, and the limits.
pub(super) fn options(
    compilation: &Compilation,
    isolate: bool,
    locations: HashMap<Utf8PathBuf, Vec<u32>>,
    cancelled: &Arc<AtomicBool>,
) -> SessionOptions {
    let mut config = compilation.test.serialized_config.clone();
    config["env"] = environment(compilation).into();
    config["isolate"] = isolate.into();
    config["snapshotOptions"]["updateSnapshot"] = snapshot_update(&compilation.test.run.update).into();
    config["snapshotEnvironment"] = "wpt:snapshot-environment".into();
    let setup_files = config["setupFiles"].as_array().cloned().unwrap_or_default();
    config["setupFiles"] = std::iter::once("wpt:setup".into()).chain(setup_files).collect();
    // Our own console interception also works in handlers whose request has ended.
    config["disableConsoleIntercept"] = true.into();
    // Its provider would be imported, and is not there.
    if measures_coverage(compilation) {
        config["coverage"]["enabled"] = false.into();
    }
    // `define` is applied when sources are compiled.
    config["serializedDefines"] = "".into();
    // A timeout that JSON cannot hold is `Infinity`.
    let timeout = |name: &str| config[name].as_f64().unwrap_or(0.0);
    let limit = limit_for(timeout("testTimeout")).max(limit_for(timeout("hookTimeout")));
    SessionOptions {
        root: compilation.project.root.clone(),
        provided: compilation.test.provide.clone(),
        color: wants_color(),
        limit,
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

/// Whether the Vitest config asks for coverage, which nothing measures.
pub(super) fn measures_coverage(compilation: &Compilation) -> bool {
    compilation.test.serialized_config["coverage"]["enabled"] == true
}

/// What `import.meta.env` and `process.env` have in tests: Vite's own variables, then `test.env`. As in Vitest, a
/// boolean is `"1"` or nothing.
fn environment(compilation: &Compilation) -> Map<String, Value> {
    let mut variables = Map::new();
    for (name, value) in &compilation.test.vite_environment {
        let value = match value {
            Value::Bool(true) => Value::from("1"),
            Value::Bool(false) => Value::from(""),
            other => other.clone(),
        };
        variables.insert(name.clone(), value);
    }
    let own = compilation.test.serialized_config["env"].as_object();
    variables.extend(own.into_iter().flatten().map(|(name, value)| (name.clone(), value.clone())));
    variables
}
