use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::{Evaluated, read};
use crate::{
    config::wrangler::Wrangler,
    diagnostic::{Diagnostics, SourceFile},
};

fn config(config: &Json, is_worker: bool, assets: bool) -> (Option<Wrangler>, String) {
    let file = Arc::new(SourceFile::new("cloudflare.config.ts", "export default {};\n"));
    let evaluated =
        json!({ "file": "/project/cloudflare.config.ts", "config": config, "isWorker": is_worker });
    let evaluated: Evaluated = serde_json::from_value(evaluated).unwrap();
    let mut diagnostics = Diagnostics::new();
    let wrangler = read(&evaluated, &file, None, "test", assets, &mut diagnostics);
    (wrangler, diagnostics.render(false))
}

fn worker(more: &Json) -> Json {
    let mut worker =
        json!({ "name": "api", "compatibilityDate": "2025-11-01", "entrypoint": "./src/index.ts" });
    worker.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({ "worker": worker })
}

/// What is read, where nothing is wrong.
fn wrangler(more: &Json) -> Wrangler {
    let (wrangler, problems) = config(&worker(more), false, true);
    assert_eq!(problems, "");
    wrangler.unwrap()
}

#[test]
fn a_worker_of_either_generation_is_a_wrangler_file() {
    for is_worker in [false, true] {
        let (read, problems) =
            config(&worker(&json!({ "compatibilityFlags": ["rpc"], "workersDev": true })), is_worker, false);
        assert_eq!(problems, "");
        let read = read.unwrap();
        assert_eq!(read.name.unwrap().value, "api");
        assert_eq!(read.main.unwrap().value, "./src/index.ts");
        assert_eq!(read.compatibility_date.unwrap().value.to_string(), "2025-11-01");
        assert_eq!(read.compatibility_flags[0].value, "rpc");
        assert_eq!(read.environment.unwrap(), "test");
    }
}

#[test]
fn bindings_go_where_wrangler_has_them() {
    let read = wrangler(&json!({ "env": {
        "KV": { "type": "kv", "id": "kv-id", "dev": { "remote": true } },
        "DB": { "type": "d1", "name": "db" },
        "QUEUE": { "type": "queue", "name": "jobs", "deliveryDelay": 2 },
        "PG": { "type": "hyperdrive", "id": "h", "dev": { "connectionString": "postgres://u:p@localhost/db" } },
        "OTHER": { "type": "worker", "worker": "other", "exportName": "Api", "props": { "a": 1 } },
        "ROOM": { "type": "durable-object", "worker": "api", "exportName": "Room" },
        "LIMIT": { "type": "rate-limit", "namespace": "1", "simple": { "limit": 5, "period": 60 } },
        "TEXT": { "type": "text", "value": "t" },
        "JSON": { "type": "json", "value": [1] },
        "TOKEN": { "type": "secret" },
        "AI": { "type": "ai" },
    } }));
    assert_eq!(read.kv_namespaces[0].id.as_ref().unwrap().value, "kv-id");
    assert_eq!(read.d1_databases[0].binding.value, "DB");
    assert_eq!(read.queues.producers[0].queue.as_ref().unwrap().value, "jobs");
    assert_eq!(read.services[0].entrypoint.as_ref().unwrap().value, "Api");
    assert_eq!(read.durable_objects[0].class_name.value, "Room");
    assert_eq!(read.ratelimits[0].name.value, "LIMIT");
    let vars: Vec<_> =
        read.vars.iter().map(|var| (var.name.value.as_str(), var.value.value.clone())).collect();
    assert_eq!(vars, [("TEXT", json!("t")), ("JSON", json!([1]))]);
    assert_eq!(read.secrets.unwrap().required[0].value, "TOKEN");
    assert!(read.ai.is_some());
}

#[test]
fn triggers_exports_and_tails_are_read() {
    let read = wrangler(&json!({
        "triggers": [
            { "type": "queue", "name": "jobs", "maxBatchSize": 3, "deadLetterQueue": "dead" },
            { "type": "scheduled", "schedule": "* * * * *" },
            { "type": "fetch", "pattern": "example.com/*" },
        ],
        "exports": {
            "Room": { "type": "durable-object", "storage": "sqlite" },
            "Old": { "type": "durable-object", "state": "renamed", "renamedTo": "Room" },
        },
        "tailConsumers": [{ "worker": "logs" }, { "worker": "live", "streaming": true }],
    }));
    assert_eq!(read.queues.consumers[0].queue.value, "jobs");
    assert_eq!(read.queues.consumers[0].dead_letter_queue.as_ref().unwrap().value, "dead");
    assert_eq!(read.exports.len(), 2);
    assert_eq!(read.tail_consumers[0].service.value, "logs");
    assert_eq!(read.streaming_tail_consumers[0].service.value, "live");
}

#[test]
fn settings_of_assets_need_a_folder_of_the_options() {
    let assets = worker(&json!({
        "assets": { "htmlHandling": "none" },
        "env": { "FILES": { "type": "assets" } },
    }));
    let (read, _) = config(&assets, false, true);
    let found = read.unwrap().assets.unwrap();
    assert_eq!(found.binding.unwrap().value, "FILES");
    assert!(found.html_handling.is_some());
    let (read, problems) = config(&assets, false, false);
    assert_eq!((read.unwrap().assets.is_none(), problems.as_str()), (true, ""));
}

#[test]
fn a_config_needs_a_worker() {
    let (read, problems) = config(&json!({ "accountId": "x" }), false, false);
    assert!(read.is_none());
    assert!(problems.contains("it must define a Worker using the `worker` property"), "{problems}");
}
