//! What every isolate of a compilation is told, whoever the host is.

use std::time::Duration;

use serde_json::{Map, Value};

use crate::{compile::Compilation, runtime::session::limit_for};

/// What of Vitest's serialized config is otherwise in an isolate than in Node.
pub(super) fn settings(compilation: &Compilation) -> Vec<(&'static str, Value)> {
    let setup_files = compilation.test.serialized_config["setupFiles"].as_array().cloned();
    let setup_files = std::iter::once("wpt:setup".into()).chain(setup_files.unwrap_or_default());
    vec![
        ("env", environment(compilation).into()),
        ("snapshotEnvironment", "wpt:snapshot-environment".into()),
        ("setupFiles", setup_files.collect()),
        // Our own console interception also works in handlers whose request has ended.
        ("disableConsoleIntercept", true.into()),
        // `define` is applied when sources are compiled.
        ("serializedDefines", "".into()),
    ]
}

/// How long an isolate may be deaf before its tests are known.
pub(super) fn limit(compilation: &Compilation) -> Duration {
    // A timeout that JSON cannot hold is `Infinity`.
    let timeout = |name: &str| compilation.test.serialized_config[name].as_f64().unwrap_or(0.0);
    limit_for(timeout("testTimeout")).max(limit_for(timeout("hookTimeout")))
}

/// What `import.meta.env` and `process.env` have in tests: Vitest's variables, Vite's, then `test.env`. As in
/// Vitest, a boolean is `"1"` or nothing.
fn environment(compilation: &Compilation) -> Map<String, Value> {
    let node_env = std::env::var("NODE_ENV").ok().filter(|value| !value.is_empty());
    let mut variables = Map::from_iter([
        ("TEST".to_owned(), "true".into()),
        ("VITEST".to_owned(), "true".into()),
        ("NODE_ENV".to_owned(), node_env.unwrap_or_else(|| "test".to_owned()).into()),
    ]);
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
