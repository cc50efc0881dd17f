//! What the isolates of a run are told.

use std::sync::{Arc, atomic::AtomicBool};

use serde_json::{Map, Value, json};

use super::{arguments::Arguments, coverage::Provider};
use crate::{
    cli::wants_color,
    compile::Compilation,
    runtime::session::{SessionOptions, limit_for},
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
    config["env"] = environment(compilation).into();
    config["isolate"] = isolate.into();
    config["snapshotOptions"]["updateSnapshot"] = update.into();
    config["snapshotEnvironment"] = "wpt:snapshot-environment".into();
    let setup_files = config["setupFiles"].as_array().cloned().unwrap_or_default();
    config["setupFiles"] = std::iter::once("wpt:setup".into()).chain(setup_files).collect();
    // Our own console interception also works in handlers whose request has ended.
    config["disableConsoleIntercept"] = true.into();
    config["coverage"]["enabled"] = coverage.is_some().into();
    if let Some(provider) = coverage {
        config["coverage"]["provider"] = provider.name().into();
    }
    // `define` is applied when sources are compiled.
    config["serializedDefines"] = "".into();
    if let Some(pattern) = &arguments.selection.test_name_pattern {
        config["testNamePattern"] = json!({ "$wptRegExp": pattern, "flags": "" });
    }
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
    }
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
