//! Every form in which an option can be given.

use serde_json::{Value, json};

use super::read;
use crate::config::vitest::options::{
    Contents, DurableObject, Function, FunctionForm, ModuleContents, Modules, RunWorkerFirst,
    ServiceDesignator, WorkerName, WorkerOptions,
};

/// The options of a Worker with nothing wrong in them.
fn worker(miniflare: &Value) -> WorkerOptions {
    let (pool, problems) = read(&json!({ "miniflare": miniflare }), "");
    assert_eq!(problems, "");
    pool.miniflare.worker
}

fn function(path: &[&str]) -> Value {
    json!({ "$wptFunction": path })
}

#[test]
fn services_are_designated_in_many_ways() {
    let current = json!({ "$wptSymbol": "miniflare.kCurrentWorker" });
    let path = ["miniflare", "serviceBindings", "F"];
    let worker = worker(&json!({ "serviceBindings": {
        "A": "a",
        "B": current,
        "C": { "name": current, "entrypoint": "Named", "props": { "x": 1 } },
        "D": { "network": { "allow": ["private"], "tlsOptions": { "trustBrowserCas": true } } },
        "E": { "external": { "address": "localhost:1", "https": { "certificateHost": "x" } } },
        "F": function(&path),
        "G": { "node": function(&["g"]) },
        "H": { "disk": { "path": "./data", "writable": true } },
        "I": { "$wptAssets": "/project/public" },
    } }));
    let designators: Vec<_> = worker.service_bindings.iter().map(|bound| &bound.value.value).collect();
    let named = |name| ServiceDesignator::Worker { name, entrypoint: None, props: None };
    assert_eq!(*designators[0], named(WorkerName::Named("a".to_owned())));
    assert_eq!(*designators[1], named(WorkerName::Current));
    let ServiceDesignator::Worker { name, entrypoint, props } = designators[2] else { panic!() };
    assert_eq!((name, entrypoint.as_ref().unwrap().value.as_str()), (&WorkerName::Current, "Named"));
    assert_eq!(props.as_ref().unwrap().value, json!({ "x": 1 }));
    let ServiceDesignator::Network(network) = designators[3] else { panic!() };
    assert!(network.allow[0].value == "private" && network.tls.as_ref().unwrap().trust_browser_cas);
    let ServiceDesignator::External(external) = designators[4] else { panic!() };
    assert_eq!(
        (external.address.value.as_str(), external.certificate_host.as_deref()),
        ("localhost:1", Some("x"))
    );
    let function = Function { path: path.map(str::to_owned).to_vec(), form: FunctionForm::Fetch };
    assert_eq!(*designators[5], ServiceDesignator::Function(function));
    let function = Function { path: vec!["g".to_owned()], form: FunctionForm::Node };
    assert_eq!(*designators[6], ServiceDesignator::Function(function));
    assert_eq!(*designators[7], ServiceDesignator::Disk { path: "data".into(), writable: true });
    assert_eq!(*designators[8], ServiceDesignator::PagesAssets { directory: "public".into() });
}

#[test]
fn state_has_short_and_long_forms() {
    let worker = worker(&json!({
        "durableObjects": {
            "SHORT": "Counter",
            "LONG": {
                "className": "Room", "scriptName": "other", "useSQLite": true, "unsafePreventEviction": true,
                "unsafeUniqueKey": { "$wptSymbol": "miniflare.kUnsafeEphemeralUniqueKey" },
            },
        },
        "queueProducers": { "A": "jobs", "B": { "queueName": "mails", "deliveryDelay": 5 } },
        "queueConsumers": { "jobs": { "maxBatchTimeout": 0.05, "deadLetterQueue": "dead" } },
        "workflows": { "FLOW": { "name": "flow", "className": "Flow" } },
        "ratelimits": { "LIMIT": { "simple": { "limit": 1, "period": 10 } } },
        "hyperdrives": { "DB": { "$wptUrl": "postgres://u:p@localhost/db" } },
        "pipelines": { "P": { "pipeline": "one" }, "Q": "two" },
    }));
    let [short, long] = &worker.durable_objects[..] else { panic!() };
    assert_eq!(short.value.class_name.value, "Counter");
    let DurableObject { script_name, use_sqlite, is_ephemeral, .. } = &long.value;
    assert_eq!(script_name.as_ref().unwrap().value, "other");
    assert!(use_sqlite.as_ref().unwrap().value && *is_ephemeral);
    let queues: Vec<_> =
        worker.queue_producers.iter().map(|bound| bound.value.queue_name.value.as_str()).collect();
    assert_eq!(queues, ["jobs", "mails"]);
    let consumer = &worker.queue_consumers[0].value;
    assert!((consumer.max_batch_timeout.as_ref().unwrap().value - 0.05).abs() < f64::EPSILON);
    assert_eq!(worker.workflows[0].value.class_name.value, "Flow");
    assert!(worker.ratelimits[0].value.namespace_id.is_none());
    assert_eq!(worker.hyperdrives[0].value.value, "postgres://u:p@localhost/db");
    assert_eq!(
        (worker.pipelines[0].value.value.as_str(), worker.pipelines[1].value.value.as_str()),
        ("one", "two")
    );

    let arrays =
        self::worker(&json!({ "queueProducers": ["Q"], "queueConsumers": ["q"], "pipelines": ["P"] }));
    assert_eq!(arrays.queue_producers[0].name, arrays.queue_producers[0].value.queue_name);
    assert_eq!(
        (arrays.queue_consumers[0].name.value.as_str(), arrays.pipelines[0].value.value.as_str()),
        ("q", "P")
    );
}

#[test]
fn paths_start_at_the_root_path_and_that_at_the_one_above() {
    let options = json!({ "wrangler": { "configPath": "wrangler.toml" }, "miniflare": {
        "rootPath": "app",
        "textBlobBindings": { "TEXT": "a.txt" },
        "dataBlobBindings": { "DATA": { "$wptBytes": "a\u{ff}" } },
        "assets": { "directory": "/project/public", "run_worker_first": ["/api/*"], "assetConfig": { "html_handling": "none" } },
        "workers": [{
            "name": "aux", "rootPath": "./sub", "scriptPath": "../x.js", "modulesRoot": "/elsewhere",
            "modules": [{ "type": "Text", "path": "t.txt", "contents": "text" }],
            "modulesRules": [{ "type": "Data", "include": ["**/*.bin"], "fallthrough": true }],
        }],
    } });
    let (pool, problems) = read(&options, "");
    assert_eq!(problems, "");
    assert_eq!(pool.wrangler_config_path.unwrap().value, "app/wrangler.toml");
    let worker = pool.miniflare.worker;
    assert_eq!(worker.text_blob_bindings[0].value.value, Contents::File("app/a.txt".into()));
    assert_eq!(worker.data_blob_bindings[0].value.value, Contents::Bytes(vec![b'a', 255]));
    let assets = worker.assets.unwrap().value;
    assert_eq!(assets.directory.value, "public");
    assert!(
        matches!(assets.run_worker_first.unwrap().value, RunWorkerFirst::Paths(paths) if paths[0].value == "/api/*")
    );
    let [auxiliary] = &pool.miniflare.workers[..] else { panic!() };
    assert_eq!(auxiliary.root_path, "app/sub");
    assert_eq!(auxiliary.script_path.as_ref().unwrap().value, "app/x.js");
    assert_eq!(auxiliary.modules_root.as_ref().unwrap().value, "../elsewhere");
    let Modules::List(modules) = &auxiliary.modules.as_ref().unwrap().value else { panic!() };
    assert_eq!(modules[0].path.value, "app/sub/t.txt");
    assert_eq!(modules[0].contents, Some(ModuleContents::Text("text".to_owned())));
    assert_eq!(auxiliary.modules_rules[0].globs[0].value, "**/*.bin");
}

#[test]
fn the_newer_cache_option_wins() {
    assert!(!worker(&json!({ "cache": false })).cache_api.unwrap().value);
    assert!(worker(&json!({ "cacheAPI": true, "cache": false })).cache_api.unwrap().value);
}

#[test]
fn what_cannot_be_honoured_is_refused() {
    let (_, problems) =
        read(&json!({ "miniflare": { "fetchMock": { "$wptOther": "an instance of MockAgent" } } }), "");
    assert!(
        problems.starts_with("error[unsupported-option]: `miniflare.fetchMock` is not supported"),
        "{problems}"
    );
}

/// Miniflare's own list, from the package that is installed.
#[test]
fn all_of_miniflares_options_are_known() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/node_modules/miniflare/dist/src/index.js");
    let text = std::fs::read_to_string(path).expect("run `npm ci`");
    let keys = |schema: &str| -> Vec<String> {
        let start = text.find(&format!("var {schema} = ")).unwrap_or_else(|| panic!("no {schema}"));
        let body = text[start..].lines().skip(1).take_while(|line| !line.starts_with("})"));
        let key = |line: &str| {
            let (key, _) = line.strip_prefix("  ")?.split_once(':')?;
            key.bytes().all(|byte| byte.is_ascii_alphanumeric()).then(|| key.to_owned())
        };
        body.filter_map(key).collect()
    };
    let names = [keys("V4WorkerOptionsShapeSchema"), keys("V4SharedOptionsSchema")].concat();
    assert!(names.len() > 80, "{names:?}");
    let options: serde_json::Map<_, _> = names.iter().map(|name| (name.clone(), Value::Null)).collect();
    let (_, problems) = read(&json!({ "miniflare": options }), "");
    let unknown: Vec<_> = problems.lines().filter(|line| line.starts_with("warning[unknown-key]")).collect();
    assert!(unknown.is_empty(), "{unknown:#?}");
}
