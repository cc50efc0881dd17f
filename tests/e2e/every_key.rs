//! Every key of the wrangler file, in golden files that workerd takes.

use std::collections::BTreeSet;

use camino::Utf8Path;
use serde_json::Value;

use crate::{
    golden::serve,
    support::{Project, REPOSITORY, assert_golden},
};

/// All bindings.
const BINDINGS: &str = r#"{
  "name": "bindings",
  "main": "src/index.ts",
  "compatibility_date": "2026-01-01",
  "compatibility_flags": ["nodejs_compat"],
  "vars": { "TEXT": "text", "JSON": { "deep": [1, null] } },
  "secrets": { "required": ["PASSWORD"] },
  "agent_memory": [{ "binding": "MEMORY", "namespace": "memory" }],
  "ai": { "binding": "AI" },
  "ai_search": [{ "binding": "SEARCH", "instance_name": "search" }],
  "ai_search_namespaces": [{ "binding": "SEARCHES", "namespace": "searches" }],
  "analytics": { "binding": "ANALYTICS" },
  "analytics_engine_datasets": [{ "binding": "EVENTS", "dataset": "events" }],
  "artifacts": [{ "binding": "ARTIFACTS", "namespace": "artifacts" }],
  "browser": { "binding": "BROWSER" },
  "connect": [{ "protocol": "tcp", "port": 8080 }],
  "containers": [{ "class_name": "Box", "image": "registry.example/box:1", "max_instances": 2 }],
  "d1_databases": [{ "binding": "DB", "database_id": "db", "preview_database_id": "preview-db" }],
  "data_blobs": { "BYTES": "src/data.bin" },
  "dispatch_namespaces": [{ "binding": "TENANTS", "namespace": "tenants" }],
  "durable_objects": {
    "bindings": [
      { "name": "BOX", "class_name": "Box" },
      { "name": "OLD", "class_name": "Old" },
      { "name": "THEIRS", "class_name": "Theirs", "script_name": "other" }
    ]
  },
  "flagship": [{ "binding": "FLAGS", "app_id": "app" }],
  "hyperdrive": [{ "binding": "POSTGRES", "id": "pg", "localConnectionString": "postgres://ada:sesame@127.0.0.1:5432/shop" }],
  "images": { "binding": "IMAGES" },
  "k2": [{ "binding": "K2", "stream": "k2" }],
  "kv_namespaces": [{ "binding": "NOTES", "id": "notes", "preview_id": "preview-notes" }, { "binding": "UNNAMED" }],
  "logfwdr": { "bindings": [{ "name": "LOGS", "destination": "logs" }] },
  "media": { "binding": "MEDIA" },
  "migrations": [{ "tag": "v1", "new_sqlite_classes": ["Box"], "new_classes": ["Old"] }],
  "mtls_certificates": [{ "binding": "CERTIFICATE", "certificate_id": "certificate" }],
  "pipelines": [{ "binding": "CLICKS", "stream": "clicks" }],
  "queues": {
    "producers": [{ "binding": "ORDERS", "queue": "orders", "delivery_delay": 2 }],
    "consumers": [{ "queue": "orders", "max_batch_size": 2, "max_batch_timeout": 1, "max_retries": 1, "dead_letter_queue": "failed", "retry_delay": 3 }]
  },
  "r2_buckets": [{ "binding": "FILES", "bucket_name": "files", "preview_bucket_name": "preview-files" }],
  "ratelimits": [{ "name": "LIMIT", "namespace_id": "1", "simple": { "limit": 2, "period": 60 } }],
  "secrets_store_secrets": [{ "binding": "TOKEN", "store_id": "vault", "secret_name": "token" }],
  "send_email": [{ "name": "MAIL", "allowed_destination_addresses": ["ada@example.com"] }],
  "services": [
    { "binding": "SELF", "service": "bindings" },
    { "binding": "OTHER", "service": "other", "entrypoint": "Named", "props": { "realm": "staff" } }
  ],
  "stream": { "binding": "VIDEOS" },
  "streaming_tail_consumers": [{ "service": "other" }],
  "tail_consumers": [{ "service": "other" }],
  "text_blobs": { "LINES": "src/lines.txt" },
  "unsafe": { "bindings": [{ "name": "COUNTS", "type": "ratelimit", "namespace_id": "2", "simple": { "limit": 1, "period": 10 } }, { "name": "RAW", "type": "internal" }] },
  "unsafe_hello_world": [{ "binding": "HELLO", "enable_timer": true }],
  "vectorize": [{ "binding": "INDEX", "index_name": "index" }],
  "version_metadata": { "binding": "VERSION" },
  "vpc_networks": [{ "binding": "NETWORK", "network_id": "network" }],
  "vpc_services": [{ "binding": "VPC", "service_id": "service" }],
  "worker_loaders": [{ "binding": "LOADER" }],
  "workflows": [{ "binding": "SHIPPING", "name": "shipping", "class_name": "Shipping", "limits": { "steps": 9 } }]
}"#;

/// How a Worker is built and placed, its static assets, and an environment.
const SETTINGS: &str = r#"{
  "name": "settings",
  "main": "src/index.ts",
  "compatibility_date": "2026-01-01",
  "alias": { "aliased": "./src/alias.ts" },
  "assets": { "directory": "public", "binding": "ASSETS", "html_handling": "drop-trailing-slash", "not_found_handling": "404-page", "run_worker_first": ["/api/*"] },
  "base_dir": "src",
  "build": { "command": "cp src/alias.ts src/built.ts", "watch_dir": "src" },
  "define": { "VERSION": "\"0\"" },
  "exports": {
    "Room": { "type": "durable-object", "storage": "sqlite" },
    "Gone": { "type": "durable-object", "state": "deleted" },
    "Named": { "type": "worker" },
    "Shipping": { "type": "workflow", "name": "shipping" }
  },
  "find_additional_modules": true,
  "jsx_factory": "element",
  "jsx_fragment": "list",
  "keep_names": true,
  "limits": { "cpu_ms": 100 },
  "minify": true,
  "no_bundle": false,
  "observability": { "enabled": true, "head_sampling_rate": 0.5 },
  "placement": { "mode": "smart" },
  "preserve_file_names": true,
  "routes": ["example.com/*", { "pattern": "api.example.com", "custom_domain": true }],
  "rules": [{ "type": "Text", "globs": ["**/*.md"], "fallthrough": true }],
  "triggers": { "crons": ["0 * * * *"] },
  "tsconfig": "tsconfig.json",
  "env": {
    "production": {
      "vars": { "STAGE": "production" },
      "define": { "VERSION": "\"1\"" },
      "kv_namespaces": [{ "binding": "NOTES", "id": "production-notes" }],
      "workflows": [{ "binding": "SHIPPING", "name": "shipping", "class_name": "Shipping" }]
    }
  }
}"#;

/// A Workers Site; it has one route.
const SITE: &str = r#"{ "name": "site", "main": "src/index.ts", "compatibility_date": "2026-01-01", "route": "example.com/*", "site": { "bucket": "public", "exclude": ["secret.txt"] } }"#;

/// A Pages project.
const PAGES: &str =
    r#"{ "name": "pages", "compatibility_date": "2026-01-01", "pages_build_output_dir": "public" }"#;

/// What workerd has no binding for.
const WASM: &str = r#"{ "name": "wasm", "main": "src/index.ts", "compatibility_date": "2026-01-01", "wasm_modules": { "ADD": "src/add.wasm" } }"#;

const PLAIN: &str = "export default { fetch: () => new Response('hello') };\n";
const TEST: &str = "import { env } from 'cloudflare:workers';\nimport { expect, it } from 'vitest';\nit('runs', () => expect(env).toBeDefined());\n";

fn project(wrangler: &str, main: &str) -> Project {
    Project::empty()
        .file("wrangler.json", wrangler)
        .file("src/index.ts", main)
        .file("public/index.html", "start")
        .file("public/secret.txt", "secret")
        .file("test/one.test.ts", TEST)
        .pool_config("{ wrangler: { configPath: './wrangler.json' } }", "{}")
}

/// Compiles the project, compares its configuration with the golden file, has workerd take it, and runs the test.
#[track_caller]
pub(crate) fn check(name: &str, project: &Project, private: &[&str]) {
    project.run(&["gen"]).expect(0);
    let generated = project.read(".wpt/workerd.capnp");
    for text in private {
        assert!(!generated.contains(text), "`{text}` is in the configuration");
    }
    assert_golden!(name, generated);
    assert_eq!(serve(project.root()).len(), 1);
    assert_eq!(project.run(&["test"]).expect(0).summary(), "files: 1 passed (1); tests: 1 passed (1)");
}

#[test]
fn bindings() {
    let main = "import { DurableObject, WorkflowEntrypoint } from 'cloudflare:workers';
export class Box extends DurableObject {}
export class Old extends DurableObject {}
export class Shipping extends WorkflowEntrypoint {}
export default { fetch: () => new Response('hello'), queue() {} };
";
    let other = "import { DurableObject, WorkerEntrypoint } from 'cloudflare:workers';
export class Theirs extends DurableObject {}
export class Named extends WorkerEntrypoint {}
export default { fetch: () => new Response('other'), tail() {}, tailStream() {} };
";
    let project = project(BINDINGS, main)
        .file("package.json", r#"{ "name": "bindings", "workspaces": ["other"] }"#)
        .file(".dev.vars", "PASSWORD=not-shown\n")
        .file("src/lines.txt", "lines\n")
        .file("src/data.bin", "\u{1}\u{2}")
        .file("other/package.json", r#"{ "name": "other" }"#)
        .file(
            "other/wrangler.json",
            r#"{ "name": "other", "main": "index.ts", "compatibility_date": "2026-01-01", "migrations": [{ "tag": "v1", "new_sqlite_classes": ["Theirs"] }] }"#,
        )
        .file("other/index.ts", other);
    check("every-key-bindings", &project, &["sesame", "not-shown"]);
}

#[test]
fn settings() {
    let main = "import { DurableObject, WorkerEntrypoint, WorkflowEntrypoint } from 'cloudflare:workers';
import aliased from 'aliased';
import built from './built';
import text from './text.md';
declare const VERSION: string;
export class Room extends DurableObject {}
export class Named extends WorkerEntrypoint {}
export class Shipping extends WorkflowEntrypoint {}
export default { fetch: () => Response.json([aliased, built, text, VERSION]) };
";
    let project = project(SETTINGS, main)
        .file("src/alias.ts", "export default 'aliased';\n")
        .file("src/text.md", "text\n")
        .file("tsconfig.json", "{}")
        .file(
            "test/one.test.ts",
            "import { env, exports } from 'cloudflare:workers';
import { expect, it } from 'vitest';
it('runs', async () => {
  expect(env.STAGE).toBe('production');
  const response = await exports.default.fetch('http://x/api/');
  expect(await response.json()).toEqual(['aliased', 'aliased', 'text\\n', '1']);
});
",
        )
        .pool_config("{ wrangler: { configPath: './wrangler.json', environment: 'production' } }", "{}");
    check("every-key-settings", &project, &[]);
}

#[test]
fn site() {
    check("every-key-site", &project(SITE, PLAIN), &[]);
}

#[test]
fn pages() {
    check("every-key-pages", &project(PAGES, PLAIN), &[]);
}

#[test]
fn wasm_modules_are_refused() {
    let project = project(WASM, PLAIN).file("src/add.wasm", "");
    assert_golden!("every-key-wasm-modules", project.run(&["gen"]).expect(2).stderr);
}

/// The documented keys are the ones that are read: a test of the reader sees to it.
#[test]
fn no_key_is_left_out() {
    let documented =
        std::fs::read_to_string(Utf8Path::new(REPOSITORY).join("docs/wrangler-keys.md")).unwrap();
    let (read, _) = documented.split_once("## Known, and not read").unwrap();
    let rows = read.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    let documented: BTreeSet<String> = rows.map(|(key, _)| key.to_owned()).collect();
    let written = [BINDINGS, SETTINGS, SITE, PAGES, WASM].iter().flat_map(|text| {
        let table: Value = serde_json::from_str(text).unwrap();
        table.as_object().unwrap().keys().cloned().collect::<Vec<_>>()
    });
    assert_eq!(written.collect::<BTreeSet<String>>(), documented);
}
