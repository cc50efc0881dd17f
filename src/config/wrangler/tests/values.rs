//! What is read from files nothing is wrong with.

use super::*;

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
    let values = |path: &str, text: &str| without_places(&format!("{:#?}", sound(path, text, None)), path);
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
fn bindings_of_all_kinds_are_found_by_name() {
    let text = r#"{
  "r2_buckets": [{ "binding": "FILES", "bucket_name": "files" }],
  "queues": { "producers": [{ "binding": "JOBS", "queue": "q" }], "consumers": [{ "queue": "q" }] },
  "ai": { "binding": "AI" },
  "send_email": [{ "name": "MAIL" }],
  "unsafe": { "bindings": [{ "name": "RAW", "type": "x" }] },
}"#;
    let wrangler = sound("wrangler.jsonc", text, None);
    let found: Vec<_> = wrangler.bindings().iter().map(|it| (it.key, it.kind, it.name)).collect();
    assert_eq!(
        found,
        [
            ("r2_buckets", "R2 bucket", Some("FILES")),
            ("queues", "queue", Some("JOBS")),
            ("queues", "queue", None),
            ("ai", "AI", Some("AI")),
            ("send_email", "e-mail", Some("MAIL")),
            ("unsafe", "unsafe", Some("RAW")),
        ]
    );
}

#[test]
fn keys_a_test_does_not_need_are_known() {
    let text = r#"{
  "account_id": "a", "workers_dev": true, "routes": [], "triggers": { "crons": [] }, "observability": {},
  "placement": {}, "limits": {}, "logpush": false, "upload_source_maps": true, "build": {}, "dev": {},
  "preview_urls": false, "first_party_worker": false, "send_metrics": false, "cloudchamber": {},
  "previews": {}, "cache": {}, "access": {}, "compliance_region": "public"
}"#;
    sound("wrangler.jsonc", text, None);
}
