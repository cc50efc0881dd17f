mod forms;

use std::sync::Arc;

use camino::Utf8Path;
use serde_json::{Value, json};

use super::{Named, PoolOptions};
use crate::{
    config::origin::Spanned,
    diagnostic::{Diagnostics, SourceFile},
};

fn read(options: &Value, text: &str) -> (PoolOptions, String) {
    let file = Arc::new(SourceFile::new("vitest.config.ts", text));
    let mut diagnostics = Diagnostics::new();
    let pool = PoolOptions::read(options, &file, Utf8Path::new("/project"), &mut diagnostics);
    (pool, diagnostics.render(false))
}

/// Names and what they stand for.
fn bound(list: &[Named<Spanned<String>>]) -> Vec<(&str, &str)> {
    list.iter().map(|Named { name, value }| (name.value.as_str(), value.value.as_str())).collect()
}

#[test]
fn options_are_read() {
    let options = json!({
        "main": "./src/index.ts",
        "wrangler": { "configPath": "./wrangler.jsonc", "environment": "staging" },
        "miniflare": {
            "kvNamespaces": ["A"],
            "d1Databases": { "B": "b-id", "C": { "id": "c-id" } },
            "bindings": { "X": [1] },
        },
    });
    let (pool, problems) = read(&options, "");
    assert_eq!(problems, "");
    assert_eq!(pool.environment.unwrap().value, "staging");
    let worker = &pool.miniflare.worker;
    assert_eq!(bound(&worker.kv_namespaces), [("A", "A")]);
    assert_eq!(bound(&worker.d1_databases), [("B", "b-id"), ("C", "c-id")]);
    assert_eq!(worker.bindings[0].value.value, json!([1]));
}

#[test]
fn problems_point_into_the_config() {
    let options = json!({ "mian": "x", "miniflare": { "r2Bukets": ["B"], "bindings": [] } });
    let text = "cloudflareTest({\n  mian: 'x',\n  miniflare: { r2Bukets: ['B'], bindings: [] },\n})\n";
    let (_, problems) = read(&options, text);
    insta::assert_snapshot!(problems, @"
    error[wrong-type]: `miniflare.bindings` must be an object
     --> vitest.config.ts:3:43
      |
    3 |   miniflare: { r2Bukets: ['B'], bindings: [] },
      |                                           ^^ Invalid input: expected object, received array

    warning[unknown-key]: `miniflare.r2Bukets` is not an option known here
     --> vitest.config.ts:3:16
      |
    3 |   miniflare: { r2Bukets: ['B'], bindings: [] },
      |                ^^^^^^^^ ignored
      |
      = help: did you mean `r2Buckets`?

    warning[unknown-key]: `mian` is not an option known here
     --> vitest.config.ts:2:3
      |
    2 |   mian: 'x',
      |   ^^^^ ignored
      |
      = help: did you mean `main`?
    ");
}
