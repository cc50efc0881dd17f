//! Environments: inheritance, and what is said about it.

use insta::assert_snapshot;

use super::*;

#[test]
fn unknown_environments() {
    let text = "name = \"api\"\n[env.staging]\n[env.production]\n";
    assert_snapshot!(problems("wrangler.toml", text, Some("stagign")), @"
    error[unknown-environment]: `wrangler.toml` has no environment `stagign`
     --> wrangler.toml:2:6
      |
    2 | [env.staging]
      |      ^^^^^^^
    3 | [env.production]
      |      ----------
      |
      = help: did you mean `staging`?
      = help: the environments are `staging`, `production`
    ");
    assert_snapshot!(problems("wrangler.json", "{ \"env\": {} }", Some("staging")), @"
    error[unknown-environment]: `wrangler.json` has no environment `staging`
     |
     = help: `env` is empty: add `env.staging`, or select none
    ");
    let (wrangler, rendered) =
        try_read("wrangler.toml", "name = \"api\"\nvars = { A = 1 }\n", Some("staging"));
    let wrangler = wrangler.unwrap();
    assert_eq!((wrangler.name.unwrap().value.as_str(), wrangler.vars.len()), ("api-staging", 1));
    assert_snapshot!(rendered, @"
    warning[unknown-environment]: `wrangler.toml` has no environment `staging`
     |
     = help: it has none at all: add `env.staging`, or select none
    ");
}

#[test]
fn an_environment_inherits_build_settings_only() {
    let text = r#"
name = "api"
main = "src/index.ts"
compatibility_date = "2025-06-01"
compatibility_flags = ["a"]
minify = true
alias = { fs = "./fs.ts" }
vars = { A = "top", B = "top" }
define = { D = "1" }
kv_namespaces = [{ binding = "KV" }]
assets = { directory = "public", binding = "ASSETS" }
r2_buckets = [{ binding = "R2" }]
wasm_modules = { WASM = "a.wasm" }

[[rules]]
type = "Text"
globs = ["*.txt"]

[[migrations]]
tag = "v1"
new_sqlite_classes = ["Counter"]

[env.staging]
compatibility_flags = ["b"]
vars = { A = "own" }

[env.production]
name = "the-api"
main = "src/production.ts"
"#;
    let (wrangler, rendered) = try_read("wrangler.toml", text, Some("staging"));
    let wrangler = wrangler.unwrap();
    assert_eq!(wrangler.environment.as_deref(), Some("staging"));
    assert_eq!(wrangler.name.as_ref().unwrap().value, "api-staging");
    assert_eq!(wrangler.name.as_ref().unwrap().origin.to_string(), "wrangler.toml:2");
    assert_eq!(wrangler.main.as_ref().unwrap().value, "src/index.ts");
    assert_eq!(wrangler.compatibility_date.as_ref().unwrap().to_string(), "2025-06-01");
    assert_eq!(texts(&wrangler.compatibility_flags), ["b"]);
    assert!(wrangler.minify.as_ref().unwrap().value);
    assert_eq!((wrangler.rules.len(), wrangler.alias.len(), wrangler.define.len()), (1, 1, 0));
    assert_eq!(wrangler.durable_object_storage("Counter"), Storage::Sqlite);
    let names: Vec<_> = wrangler.bindings().iter().filter_map(|binding| binding.name).collect();
    assert_eq!(names, ["A", "WASM", "ASSETS"]);
    assert_snapshot!(rendered, @r#"
    warning[not-inherited]: `env.staging.vars` is without the top level's `B`
     --> wrangler.toml:8:21
      |
    8 | vars = { A = "top", B = "top" }
      |                     ^ environments do not inherit this
      |
      = help: add `B` to `env.staging.vars`

    warning[not-inherited]: `env.staging` is without the top level's `define`
     --> wrangler.toml:9:1
      |
    9 | define = { D = "1" }
      | ^^^^^^ environments do not inherit this
      |
      = help: add `define` to `env.staging`

    warning[not-inherited]: `env.staging` is without the top level's `kv_namespaces`
      --> wrangler.toml:10:1
       |
    10 | kv_namespaces = [{ binding = "KV" }]
       | ^^^^^^^^^^^^^ environments do not inherit this
       |
       = help: add `kv_namespaces` to `env.staging`

    warning[not-inherited]: `env.staging` is without the top level's `r2_buckets`
      --> wrangler.toml:12:1
       |
    12 | r2_buckets = [{ binding = "R2" }]
       | ^^^^^^^^^^ environments do not inherit this
       |
       = help: add `r2_buckets` to `env.staging`
    "#);

    let production = try_read("wrangler.toml", text, Some("production")).0.unwrap();
    assert_eq!(production.name.unwrap().value, "the-api");
    assert_eq!(production.main.unwrap().value, "src/production.ts");
    assert_eq!(texts(&production.compatibility_flags), ["a"]);
}

#[test]
fn an_environment_has_no_top_level_keys() {
    let text = "[env.staging]\nalias = { fs = \"./fs.ts\" }\nkv_namespace = []\n";
    assert_snapshot!(problems("wrangler.toml", text, Some("staging")), @r#"
    warning[top-level-only]: `env.staging.alias` has no effect
     --> wrangler.toml:2:1
      |
    2 | alias = { fs = "./fs.ts" }
      | ^^^^^ ignored
      |
      = help: move it out of `env.staging`: `alias` is for all environments

    warning[unknown-key]: `env.staging.kv_namespace` is not a key wrangler knows
     --> wrangler.toml:3:1
      |
    3 | kv_namespace = []
      | ^^^^^^^^^^^^ ignored
      |
      = help: did you mean `kv_namespaces`?
    "#);
    sound("wrangler.toml", text, None);
}
