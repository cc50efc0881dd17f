//! Whole files in, values and rendered diagnostics out.

use insta::assert_snapshot;

use super::*;

fn try_read(path: &str, text: &str, environment: Option<&str>) -> (Option<Wrangler>, String) {
    let file = Arc::new(SourceFile::new(path, text));
    let mut diagnostics = Diagnostics::new();
    let wrangler = read(&file, environment, &mut diagnostics);
    (wrangler, diagnostics.render(false))
}

/// The diagnostics of a file that has some.
fn problems(path: &str, text: &str, environment: Option<&str>) -> String {
    let (_, rendered) = try_read(path, text, environment);
    assert!(!rendered.is_empty(), "nothing was reported");
    rendered
}

/// A file nothing is wrong with.
fn sound(path: &str, text: &str, environment: Option<&str>) -> Wrangler {
    let (wrangler, rendered) = try_read(path, text, environment);
    assert_eq!(rendered, "");
    wrangler.expect("a file without problems is read")
}

fn texts(values: &[Spanned<String>]) -> Vec<&str> {
    values.iter().map(|value| value.value.as_str()).collect()
}

#[test]
fn every_typed_key_in_both_spellings() {
    let toml = r#"
name = "api"
main = "src/index.ts"
compatibility_date = "2025-06-01"
compatibility_flags = ["nodejs_compat"]
tsconfig = "tsconfig.worker.json"
jsx_factory = "h"
jsx_fragment = "Fragment"
no_bundle = false
minify = true
keep_names = false
define = { "process.env.MODE" = "'test'", VERSION = "1" }
alias = { fs = "./fs.ts" }

[vars]
TEXT = "t"
JSON = { deep = [1, 2.5, true] }

[secrets]
required = ["TOKEN"]

[[rules]]
type = "Text"
globs = ["**/*.sql"]
fallthrough = true

[[kv_namespaces]]
binding = "KV"
id = "k"
preview_id = "p"

[[d1_databases]]
binding = "DB"
database_name = "db"
database_id = "d"
preview_database_id = "pd"
migrations_dir = "sql"
migrations_table = "done"

[[durable_objects.bindings]]
name = "COUNTER"
class_name = "Counter"

[[durable_objects.bindings]]
name = "OTHER"
class_name = "Other"
script_name = "other"
environment = "production"

[[migrations]]
tag = "v1"
new_sqlite_classes = ["Counter"]

[[services]]
binding = "SELF"
service = "api"
entrypoint = "Admin"
environment = "production"
props = { who = "me" }
"#;
    let json = r#"// comment
{
  "$schema": "node_modules/wrangler/config-schema.json",
  "name": "api",
  "main": "src/index.ts",
  "compatibility_date": "2025-06-01",
  "compatibility_flags": ["nodejs_compat"],
  "tsconfig": "tsconfig.worker.json",
  "jsx_factory": "h",
  "jsx_fragment": "Fragment",
  "no_bundle": false,
  "minify": true,
  "keep_names": false,
  "define": { "process.env.MODE": "'test'", "VERSION": "1" },
  "alias": { "fs": "./fs.ts" },
  "vars": { "TEXT": "t", "JSON": { "deep": [1, 2.5, true] } },
  "secrets": { "required": ["TOKEN"] },
  "rules": [{ "type": "Text", "globs": ["**/*.sql"], "fallthrough": true }],
  "kv_namespaces": [{ "binding": "KV", "id": "k", "preview_id": "p" }],
  "d1_databases": [{
    "binding": "DB", "database_name": "db", "database_id": "d", "preview_database_id": "pd",
    "migrations_dir": "sql", "migrations_table": "done",
  }],
  "durable_objects": { "bindings": [
    { "name": "COUNTER", "class_name": "Counter" },
    { "name": "OTHER", "class_name": "Other", "script_name": "other", "environment": "production" },
  ] },
  "migrations": [{ "tag": "v1", "new_sqlite_classes": ["Counter"] }],
  "services": [{
    "binding": "SELF", "service": "api", "entrypoint": "Admin", "environment": "production",
    "props": { "who": "me" },
  }],
}
"#;
    // The debug form has all values; the places, which differ, are cut off.
    let values = |path: &str, text: &str| {
        let wrangler = sound(path, text, None);
        let debug = format!("{wrangler:#?}").replace(path, "FILE");
        let lines =
            debug.lines().map(|line| line.split(" @ FILE").next().unwrap_or(line).trim_end_matches(','));
        let lines: Vec<_> = lines.filter(|line| !line.trim_start().starts_with("text: ")).collect();
        lines.join("\n")
    };
    let from_toml = values("wrangler.toml", toml);
    assert_eq!(from_toml, values("wrangler.jsonc", json));
    assert!(from_toml.contains("compatibility_date: Some(\n        Date"), "{from_toml}");
}

#[test]
fn values_know_their_line() {
    let wrangler = sound("apps/api/wrangler.toml", "name = \"api\"\n\n[vars]\nA = 1\n", None);
    assert_eq!(wrangler.vars[0].name.origin.to_string(), "apps/api/wrangler.toml:4");
    assert_eq!(wrangler.vars[0].value.value, 1);
    assert_eq!(wrangler.directory(), "apps/api");
}

#[test]
fn syntax_errors_of_toml_come_all_at_once() {
    assert_snapshot!(problems("wrangler.toml", "name = = 2\nmain = \"src\n[vars\n", None), @r#"
    error[syntax-error]: this is not valid TOML
     --> wrangler.toml:1:8
      |
    1 | name = = 2
      |        ^ extra `=`, expected nothing

    error[syntax-error]: this is not valid TOML
     --> wrangler.toml:1:10
      |
    1 | name = = 2
      |          ^ unexpected key or value, expected newline, `#`

    error[syntax-error]: this is not valid TOML
     --> wrangler.toml:3:6
      |
    3 | [vars
      |      ^ unclosed table, expected `]`

    error[syntax-error]: this is not valid TOML
     --> wrangler.toml:2:12
      |
    2 | main = "src
      |            ^ invalid basic string, expected `"`
    "#);
}

#[test]
fn a_syntax_error_in_json() {
    assert_snapshot!(problems("wrangler.json", "{\n  \"name\": \"api\"\n  \"main\": 'x'\n}\n", None), @r#"
    error[syntax-error]: this is not valid JSON
     --> wrangler.json:2:16
      |
    2 |   "name": "api"
      |                ^ expected comma
    "#);
    assert_snapshot!(problems("wrangler.jsonc", "// nothing\n", None), @"
    error[syntax-error]: this is not valid JSON
     --> wrangler.jsonc:1:12
      |
    1 | // nothing
      |           ^ expected `{`, found the end of the file
    ");
}

#[test]
fn a_key_twice() {
    assert_snapshot!(problems("wrangler.jsonc", "{\n  \"name\": \"a\",\n  \"name\": \"b\"\n}", None), @r#"
    warning[duplicate-key]: `name` is written twice
     --> wrangler.jsonc:3:3
      |
    2 |   "name": "a",
      |   ------ this one is ignored
    3 |   "name": "b"
      |   ^^^^^^ this one is used
      |
      = help: delete one of them
    "#);
    assert_snapshot!(problems("wrangler.toml", "name = \"a\"\nname = \"b\"\n", None), @r#"
    error[syntax-error]: this is not valid TOML
     --> wrangler.toml:2:1
      |
    2 | name = "b"
      | ^^^^ duplicate key
    "#);
}

#[test]
fn unknown_keys_at_every_level() {
    let text = r#"
mian = "src/index.ts"
entirely_unknown = 1

[[kv_namespaces]]
bindng = "A"
binding = "KV"

[durable_objects]
binding = []

[exports.Room]
type = "durable-object"
storage = "sqlite"
stroage = "sqlite"
"#;
    assert_snapshot!(problems("wrangler.toml", text, None), @r#"
    warning[unknown-key]: `exports.Room.stroage` is not a key wrangler knows
      --> wrangler.toml:15:1
       |
    15 | stroage = "sqlite"
       | ^^^^^^^ ignored
       |
       = help: did you mean `storage`?

    warning[unknown-key]: `kv_namespaces[0].bindng` is not a key wrangler knows
     --> wrangler.toml:6:1
      |
    6 | bindng = "A"
      | ^^^^^^ ignored
      |
      = help: did you mean `binding`?

    warning[unknown-key]: `durable_objects.binding` is not a key wrangler knows
      --> wrangler.toml:10:1
       |
    10 | binding = []
       | ^^^^^^^ ignored
       |
       = help: did you mean `bindings`?

    warning[unknown-key]: `mian` is not a key wrangler knows
     --> wrangler.toml:2:1
      |
    2 | mian = "src/index.ts"
      | ^^^^ ignored
      |
      = help: did you mean `main`?

    warning[unknown-key]: `entirely_unknown` is not a key wrangler knows
     --> wrangler.toml:3:1
      |
    3 | entirely_unknown = 1
      | ^^^^^^^^^^^^^^^^ ignored
    "#);
}

#[test]
fn wrong_types_and_missing_keys() {
    let text = r#"{
  "name": ["api"],
  "compatibility_date": 20250601,
  "compatibility_flags": ["a", 1],
  "kv_namespaces": [{ "id": "x" }, "KV"],
  "rules": [{ "type": "text", "globs": "*.sql" }],
  "vars": null
}"#;
    assert_snapshot!(problems("wrangler.jsonc", text, None), @r#"
    error[wrong-type]: `name` must be a string
     --> wrangler.jsonc:2:11
      |
    2 |   "name": ["api"],
      |           ^^^^^^^ expected a string, found an array

    error[wrong-type]: `compatibility_date` must be a string
     --> wrangler.jsonc:3:25
      |
    3 |   "compatibility_date": 20250601,
      |                         ^^^^^^^^ expected a string, found a number

    error[wrong-type]: `compatibility_flags[1]` must be a string
     --> wrangler.jsonc:4:32
      |
    4 |   "compatibility_flags": ["a", 1],
      |                                ^ expected a string, found a number

    error[wrong-value]: `rules[0].type` cannot be `text`
     --> wrangler.jsonc:6:23
      |
    6 |   "rules": [{ "type": "text", "globs": "*.sql" }],
      |                       ^^^^^^ expected `ESModule`, `CommonJS`, `CompiledWasm`, `Text`, `Data`, `PythonModule`, `PythonRequirement`
      |
      = help: did you mean `Text`?

    error[wrong-type]: `rules[0].globs` must be an array of strings
     --> wrangler.jsonc:6:40
      |
    6 |   "rules": [{ "type": "text", "globs": "*.sql" }],
      |                                        ^^^^^^^ expected an array of strings, found a string

    error[wrong-type]: `vars` must be a table
     --> wrangler.jsonc:7:11
      |
    7 |   "vars": null
      |           ^^^^ expected a table, found null

    error[missing-key]: `kv_namespaces[0]` needs `binding`
     --> wrangler.jsonc:5:21
      |
    5 |   "kv_namespaces": [{ "id": "x" }, "KV"],
      |                     ^^^^^^^^^^^^^ `binding` is missing here

    error[wrong-type]: `kv_namespaces[1]` must be a table
     --> wrangler.jsonc:5:36
      |
    5 |   "kv_namespaces": [{ "id": "x" }, "KV"],
      |                                    ^^^^ expected a table, found a string
    "#);
}

#[test]
fn the_file_itself_must_be_a_table() {
    assert_snapshot!(problems("wrangler.json", "[]", None), @"
    error[wrong-type]: the file must be a table
     --> wrangler.json:1:1
      |
    1 | []
      | ^^ expected a table, found an array
    ");
}

#[test]
fn dates_that_do_not_exist() {
    assert_snapshot!(problems("wrangler.toml", "compatibility_date = \"2024-13-40\"\n", None), @r#"
    error[bad-date]: `compatibility_date` is not a calendar date
     --> wrangler.toml:1:22
      |
    1 | compatibility_date = "2024-13-40"
      |                      ^^^^^^^^^^^^ month 13 does not exist
      |
      = help: write it as YYYY-MM-DD, like 2026-01-31
    "#);
    assert_snapshot!(problems("wrangler.toml", "compatibility_date = 2024-01-31\n", None), @r#"
    error[wrong-type]: `compatibility_date` must be a string
     --> wrangler.toml:1:22
      |
    1 | compatibility_date = 2024-01-31
      |                      ^^^^^^^^^^ expected a string, found a date without quotes
      |
      = help: put it in quotes: "2024-01-31"
    "#);
}

#[test]
fn names_with_dots_in_define_need_quotes() {
    assert_snapshot!(problems("wrangler.toml", "[define]\nprocess.env.MODE = \"1\"\n", None), @r#"
    error[wrong-type]: `define.process` must be a string
     --> wrangler.toml:2:1
      |
    2 | process.env.MODE = "1"
      | ^^^^^^^ expected a string, found a table
      |
      = help: put the whole name in quotes: "process.env.MODE" = …
    "#);
}

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
    assert_snapshot!(problems("wrangler.toml", "name = \"api\"\n", Some("staging")), @"
    error[unknown-environment]: `wrangler.toml` has no environment `staging`
     |
     = help: it has none at all: add `env.staging`, or select none
    ");
}

#[test]
fn duplicate_bindings() {
    let text = r#"
[vars]
STORE = "x"

[[kv_namespaces]]
binding = "STORE"

[[r2_buckets]]
binding = "FILES"

[[r2_buckets]]
binding = "FILES"
"#;
    assert_snapshot!(problems("wrangler.toml", text, None), @r#"
    error[duplicate-binding]: a variable and a KV namespace binding are both named `STORE`
     --> wrangler.toml:6:11
      |
    3 | STORE = "x"
      | ----- variable here
    ...
    6 | binding = "STORE"
      |           ^^^^^^^ KV namespace here
      |
      = help: give each binding a name of its own: all of them are properties of `env`

    error[duplicate-binding]: two R2 bucket bindings are named `FILES`
      --> wrangler.toml:12:11
       |
     9 | binding = "FILES"
       |           ------- R2 bucket here
    ...
    12 | binding = "FILES"
       |           ^^^^^^^ R2 bucket here
       |
       = help: give each binding a name of its own: all of them are properties of `env`
    "#);
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
    let names: Vec<_> = wrangler.binding_names().map(|(name, ..)| name).collect();
    assert_eq!(names, ["A", "ASSETS", "WASM"]);
    assert_snapshot!(rendered, @r#"
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

    warning[not-inherited]: `env.staging.vars` is without the top level's `B`
     --> wrangler.toml:8:21
      |
    8 | vars = { A = "top", B = "top" }
      |                     ^ environments do not inherit this
      |
      = help: add `B` to `env.staging.vars`
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

#[test]
fn storage_follows_from_all_migrations() {
    let text = r#"
migrations = [
  { tag = "v1", new_classes = ["Old", "Gone"], new_sqlite_classes = ["New"] },
  { tag = "v2", renamed_classes = [{ from = "New", to = "Newer" }, { from = "Old", to = "Older" }] },
  { tag = "v3", deleted_classes = ["Gone"] },
  { tag = "v4", new_sqlite_classes = ["Gone"] },
  { tag = "v5", transferred_classes = [{ from = "X", from_script = "other", to = "Taken" }] },
]
"#;
    let wrangler = sound("wrangler.toml", text, None);
    let storage = |class| wrangler.durable_object_storage(class);
    assert_eq!(storage("Newer"), Storage::Sqlite);
    assert_eq!(storage("Older"), Storage::KeyValue);
    assert_eq!(storage("Gone"), Storage::Sqlite);
    assert_eq!(storage("New"), Storage::KeyValue, "the old name is no class any more");
    assert_eq!(storage("Taken"), Storage::KeyValue);
    assert_eq!(storage("Undeclared"), Storage::KeyValue);
}

#[test]
fn storage_follows_from_exports() {
    let text = r#"{ "exports": {
      "Room": { "type": "durable-object", "storage": "sqlite" },
      "Hall": { "type": "durable-object", "state": "created", "storage": "legacy-kv" },
      "Old": { "type": "durable-object", "state": "renamed", "renamed_to": "Room" },
      "Admin": { "type": "worker", "cache": { "enabled": true } },
      "Flow": { "type": "workflow", "name": "flow" },
    } }"#;
    let wrangler = sound("wrangler.jsonc", text, None);
    assert_eq!(wrangler.durable_object_storage("Room"), Storage::Sqlite);
    assert_eq!(wrangler.durable_object_storage("Hall"), Storage::KeyValue);
    let kinds: Vec<_> = wrangler.exports.iter().map(|export| export.kind).collect();
    assert_eq!(
        kinds,
        [
            ExportKind::DurableObject(Storage::Sqlite),
            ExportKind::DurableObject(Storage::KeyValue),
            ExportKind::RetiredDurableObject,
            ExportKind::Worker,
            ExportKind::Workflow,
        ]
    );
}

#[test]
fn migrations_that_cannot_be_applied() {
    let text = r#"
[[migrations]]
tag = "v1"
new_classes = ["Counter"]

[[migrations]]
tag = "v2"
renamed_classes = [{ from = "Countr", to = "Clock" }]
new_sqlite_classes = ["Counter"]
deleted_classes = ["Nothing"]

[exports.Room]
type = "durable-object"
storage = "sqlite"
"#;
    assert_snapshot!(problems("wrangler.toml", text, None), @r#"
    error[bad-migration]: class `Nothing` cannot be deleted: there is no such class yet
      --> wrangler.toml:10:20
       |
    10 | deleted_classes = ["Nothing"]
       |                    ^^^^^^^^^ no earlier migration has created it

    error[bad-migration]: class `Countr` cannot be renamed: there is no such class yet
     --> wrangler.toml:8:29
      |
    8 | renamed_classes = [{ from = "Countr", to = "Clock" }]
      |                             ^^^^^^^^ no earlier migration has created it
      |
      = help: did you mean `Counter`?

    error[bad-migration]: class `Counter` is created twice
     --> wrangler.toml:9:23
      |
    9 | new_sqlite_classes = ["Counter"]
      |                       ^^^^^^^^^ an earlier migration has created it
      |
      = help: to change a class's storage, delete it in one migration and create it in the next

    error[bad-migration]: Durable Objects are declared in both `exports` and `migrations`
      --> wrangler.toml:12:10
       |
     3 | tag = "v1"
       |       ---- and a migration here
    ...
    12 | [exports.Room]
       |          ^^^^ declared here
       |
       = help: keep one of the two
    "#);
}

#[test]
fn bindings_of_other_kinds_are_found_by_name() {
    let text = r#"{
  "r2_buckets": [{ "binding": "FILES", "bucket_name": "b" }],
  "queues": { "producers": [{ "binding": "JOBS", "queue": "q" }], "consumers": [{ "queue": "q" }] },
  "ai": { "binding": "AI" },
  "send_email": [{ "name": "MAIL" }],
  "assets": { "directory": "public" },
  "unsafe": { "bindings": [{ "name": "RAW", "type": "x" }] },
  "text_blobs": { "BLOB": "a.txt" },
  "tail_consumers": [{ "service": "tail" }],
}"#;
    let wrangler = sound("wrangler.jsonc", text, None);
    let found: Vec<_> = wrangler.unsupported.iter().map(|binding| binding.diagnostic().title).collect();
    assert_eq!(
        found,
        [
            "R2 bucket `FILES` is not supported yet",
            "queue `JOBS` is not supported yet",
            "`queues` (queue) is not supported yet",
            "AI `AI` is not supported yet",
            "e-mail `MAIL` is not supported yet",
            "`assets` (static assets) is not supported yet",
            "unsafe `RAW` is not supported yet",
            "text blob `BLOB` is not supported yet",
            "`tail_consumers` (tail consumer) is not supported yet",
        ]
    );
    assert_snapshot!(wrangler.unsupported[0].diagnostic().render(false), @r#"
    error[unsupported-binding]: R2 bucket `FILES` is not supported yet
     --> wrangler.jsonc:2:31
      |
    2 |   "r2_buckets": [{ "binding": "FILES", "bucket_name": "b" }],
      |                               ^^^^^^^ no simulator is compiled for this kind of binding
      |
      = help: test in a wrangler environment without it: bindings are not inherited by `env.<name>`
    "#);
}

#[test]
fn keys_of_older_wranglers() {
    assert_snapshot!(problems("wrangler.toml", "node_compat = true\nlegacy_env = false\n", None), @r#"
    error[removed-key]: wrangler 4 no longer has `node_compat`
     --> wrangler.toml:1:1
      |
    1 | node_compat = true
      | ^^^^^^^^^^^
      |
      = help: add "nodejs_compat" to `compatibility_flags` instead

    warning[removed-key]: wrangler 4 no longer has `legacy_env`
     --> wrangler.toml:2:1
      |
    2 | legacy_env = false
      | ^^^^^^^^^^ ignored
      |
      = help: delete it: each environment is a Worker of its own, named `<name>-<environment>`
    "#);
}

#[test]
fn what_a_local_run_cannot_do_is_said() {
    let text = r#"{
  "name": "My_API",
  "kv_namespaces": [{ "binding": "KV", "remote": true }],
  "durable_objects": { "bindings": [{ "name": "C", "class_name": "C", "environment": "e" }] },
  "vars": { "A": 1e999 }
}"#;
    assert_snapshot!(problems("wrangler.jsonc", text, None), @r#"
    error[number-range]: `1e999` is not a number JSON can hold
     --> wrangler.jsonc:5:18
      |
    5 |   "vars": { "A": 1e999 }
      |                  ^^^^^ too large, or not finite
      |
      = help: write it as a string
    "#);
    assert_snapshot!(problems("wrangler.jsonc", &text.replace("1e999", "1"), None), @r#"
    error[bad-name]: `My_API` cannot be the name of a Worker
     --> wrangler.jsonc:2:11
      |
    2 |   "name": "My_API",
      |           ^^^^^^^^ expected lower-case letters, digits, `-` and `_`

    warning[remote-binding]: `kv_namespaces[0].remote` is ignored
     --> wrangler.jsonc:3:50
      |
    3 |   "kv_namespaces": [{ "binding": "KV", "remote": true }],
      |                                                  ^^^^ tests use a local one

    error[missing-key]: `durable_objects.bindings[0]` needs `script_name`
     --> wrangler.jsonc:4:86
      |
    4 |   "durable_objects": { "bindings": [{ "name": "C", "class_name": "C", "environment": "e" }] },
      |                                                                                      ^^^ an environment of which Worker?
      |
      = help: add `script_name`, or delete `environment` if the class is this Worker's own
    "#);
    assert_snapshot!(problems("wrangler.toml", "vars = { DAY = 2024-01-31 }\n", None), @r#"
    error[wrong-type]: `vars.DAY` must be a string
     --> wrangler.toml:1:16
      |
    1 | vars = { DAY = 2024-01-31 }
      |                ^^^^^^^^^^ expected a string, found a date without quotes
      |
      = help: put it in quotes: "2024-01-31"
    "#);
}

#[test]
fn keys_a_test_does_not_need_are_known() {
    let text = r#"{
  "account_id": "a", "workers_dev": true, "routes": [], "triggers": { "crons": [] }, "observability": {},
  "placement": {}, "limits": {}, "logpush": false, "upload_source_maps": true, "build": {}, "dev": {},
  "preview_urls": false, "first_party_worker": false, "send_metrics": false, "cloudchamber": {},
  "pages_build_output_dir": "x", "previews": {}, "cache": {}, "access": {}, "compliance_region": "public"
}"#;
    sound("wrangler.jsonc", text, None);
}

#[test]
fn discovery_takes_json_first() {
    let folder = tempfile::tempdir().unwrap();
    let root = Utf8Path::from_path(folder.path()).unwrap();
    std::fs::create_dir(root.join("api")).unwrap();
    let find = || {
        let mut diagnostics = Diagnostics::new();
        (discover(root, "api".into(), &mut diagnostics), diagnostics.render(false))
    };
    let (none, rendered) = find();
    assert_eq!(none, None);
    assert_snapshot!(rendered, @"
    error[no-wrangler-file]: this project has no wrangler file
     |
     = help: looked for `api/wrangler.json`, `api/wrangler.jsonc`, `api/wrangler.toml`
     = help: add one of them, or name the file in the Vitest config: `wrangler: { configPath: … }`
    ");
    for name in ["wrangler.toml", "wrangler.jsonc", "wrangler.json"] {
        std::fs::write(root.join("api").join(name), "").unwrap();
        assert_eq!(find(), (Some(Utf8Path::new("api").join(name)), String::new()));
    }
}

#[test]
fn files_on_disk() {
    let folder = tempfile::tempdir().unwrap();
    let root = Utf8Path::from_path(folder.path()).unwrap();
    let open = |path: &str| {
        let mut diagnostics = Diagnostics::new();
        let wrangler = load(root, path.into(), None, &mut diagnostics);
        (wrangler.and_then(|wrangler| wrangler.name).map(|name| name.value), diagnostics.render(false))
    };
    assert_snapshot!(open("wrangler.json").1, @"
    error[no-wrangler-file]: there is no file `wrangler.json`
     |
     = help: the path is taken from the project's root
    ");
    std::fs::write(root.join("wrangler.toml"), "\u{feff}name = \"api\"\n").unwrap();
    assert_eq!(open("wrangler.toml"), (Some("api".to_owned()), String::new()));
    assert_snapshot!(open("wrangler.json").1, @"
    error[no-wrangler-file]: there is no file `wrangler.json`
     |
     = help: did you mean `wrangler.toml`?
    ");
    std::fs::write(root.join("wrangler.toml"), b"name = \"api\"\n# \xff\n").unwrap();
    assert_snapshot!(open("wrangler.toml").1, @"
    error[not-utf8]: `wrangler.toml` is not UTF-8 text (line 2)
     |
     = help: save it as UTF-8
    ");
    std::fs::write(root.join("wrangler.toml"), b"\xff\xfen\0").unwrap();
    assert_snapshot!(open("wrangler.toml").1, @"
    error[not-utf8]: `wrangler.toml` is not UTF-8 text: it starts with the byte order mark of UTF-16 or UTF-32
     |
     = help: save it as UTF-8
    ");
}

#[test]
fn no_text_makes_it_panic() {
    let toml =
        "name = \"é\"\n[env.a]\nvars = { X = [1, { y = 2 }] }\nrules = [{}, 1]\n[[migrations]]\ntag = 'v'\n";
    let json = r#"{"é": {"é": [null, {"name": -1e5}]}, "env": {"a": {"vars": [], "exports": {"": {}}}}, "queues": []}"#;
    for (path, text) in [("wrangler.toml", toml), ("wrangler.json", json)] {
        for (cut, _) in text.char_indices() {
            let (start, end) = text.split_at(cut);
            let mut rest = end.chars();
            rest.next();
            for text in [start, end, &format!("{start}{}", rest.as_str()), &format!("{start}[{end}")] {
                try_read(path, text, Some("a"));
            }
        }
    }
    for deep in ["[", "{\"a\":", "a=["] {
        try_read("wrangler.json", &deep.repeat(100_000), None);
        try_read("wrangler.toml", &format!("a = {}", deep.repeat(100_000)), None);
    }
}
