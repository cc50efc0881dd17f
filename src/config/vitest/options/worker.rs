//! The options of one Worker: the one under test, which is `miniflare` itself, or an auxiliary one of `miniflare.workers`.
//!
//! Names and forms are those of Miniflare 3 to 5.

use camino::Utf8PathBuf;
use serde_json::Value as Json;

use super::{
    assets::{self, Assets},
    products::{self, AiSearch, SendEmail, StoreSecret},
    records::{Base, Contents, Named, json, record},
    service::{self, ServiceDesignator},
    source::{self, Modules},
    state::{self, DurableObject, QueueConsumer, QueueProducer, Ratelimit, Workflow, WorkflowExport},
};
use crate::{
    config::{
        origin::Spanned,
        tree::{Fields, Reader},
        wrangler::Rule,
    },
    diagnostic::Diagnostic,
};

/// One field for each of Miniflare's options that mean something under test. Paths are relative to the project's root.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WorkerOptions {
    /// `name`.
    pub name: Option<Spanned<String>>,
    /// `rootPath`, the folder that other paths are relative to; empty for the project's root.
    pub root_path: Utf8PathBuf,
    /// `compatibilityDate`.
    pub compatibility_date: Option<Spanned<String>>,
    /// `compatibilityFlags`.
    pub compatibility_flags: Vec<Spanned<String>>,

    /// `modules`.
    pub modules: Option<Spanned<Modules>>,
    /// `modulesRoot`: modules are named by their path from here.
    pub modules_root: Option<Spanned<Utf8PathBuf>>,
    /// `modulesRules`.
    pub modules_rules: Vec<Rule>,
    /// `script`: the main module's text.
    pub script: Option<Spanned<String>>,
    /// `scriptPath`: the main module's file.
    pub script_path: Option<Spanned<Utf8PathBuf>>,

    /// `bindings`: JSON values.
    pub bindings: Vec<Named<Spanned<Json>>>,
    /// `textBlobBindings`: contents of files as strings.
    pub text_blob_bindings: Vec<Named<Spanned<Contents>>>,
    /// `dataBlobBindings`: contents of files as `ArrayBuffer`s.
    pub data_blob_bindings: Vec<Named<Spanned<Contents>>>,
    /// `wasmBindings`: files as `WebAssembly.Module`s.
    pub wasm_bindings: Vec<Named<Spanned<Contents>>>,

    /// `kvNamespaces`: ids.
    pub kv_namespaces: Vec<Named<Spanned<String>>>,
    /// `d1Databases`: ids.
    pub d1_databases: Vec<Named<Spanned<String>>>,
    /// `r2Buckets`: the buckets' names.
    pub r2_buckets: Vec<Named<Spanned<String>>>,
    /// `durableObjects`.
    pub durable_objects: Vec<Named<DurableObject>>,
    /// `additionalUnboundDurableObjects`: classes that have a namespace and no binding.
    pub additional_unbound_durable_objects: Vec<DurableObject>,
    /// `unsafeEphemeralDurableObjects`: whether no class has storage.
    pub unsafe_ephemeral_durable_objects: Option<Spanned<bool>>,
    /// `queueProducers`.
    pub queue_producers: Vec<Named<QueueProducer>>,
    /// `queueConsumers`, by the queue's name.
    pub queue_consumers: Vec<Named<QueueConsumer>>,
    /// `workflows`.
    pub workflows: Vec<Named<Workflow>>,
    /// `workflowExports`, by the class.
    pub workflow_exports: Vec<Named<WorkflowExport>>,
    /// `ratelimits`.
    pub ratelimits: Vec<Named<Ratelimit>>,
    /// `hyperdrives`: connection strings.
    pub hyperdrives: Vec<Named<Spanned<String>>>,

    /// `serviceBindings`.
    pub service_bindings: Vec<Named<Spanned<ServiceDesignator>>>,
    /// `outboundService`: who answers the Worker's own `fetch()`.
    pub outbound_service: Option<Spanned<ServiceDesignator>>,
    /// `tails`: who gets tail events.
    pub tails: Vec<Spanned<ServiceDesignator>>,
    /// `streamingTails`: who gets tail events as they happen.
    pub streaming_tails: Vec<Spanned<ServiceDesignator>>,
    /// `unsafeOverrideFetchWorker`: the Worker that answers this one's fetch events.
    pub unsafe_override_fetch_worker: Option<Spanned<String>>,

    /// `assets`.
    pub assets: Option<Spanned<Assets>>,
    /// `sitePath`: the folder of Workers Sites.
    pub site_path: Option<Spanned<Utf8PathBuf>>,
    /// `siteInclude`: globs.
    pub site_include: Vec<Spanned<String>>,
    /// `siteExclude`: globs.
    pub site_exclude: Vec<Spanned<String>>,
    /// `cacheAPI`, or else the older `cache`: whether the Cache API keeps anything.
    pub cache_api: Option<Spanned<bool>>,

    /// `pipelines`: the streams' names.
    pub pipelines: Vec<Named<Spanned<String>>>,
    /// `secretsStoreSecrets`.
    pub secrets_store_secrets: Vec<Named<StoreSecret>>,
    /// `email.send_email`.
    pub send_email: Vec<SendEmail>,
    /// `analyticsEngineDatasets`: the datasets' names.
    pub analytics_engine_datasets: Vec<Named<Spanned<String>>>,
    /// `vectorize`: the indexes' names.
    pub vectorize: Vec<Named<Spanned<String>>>,
    /// `dispatchNamespaces`: the namespaces' names.
    pub dispatch_namespaces: Vec<Named<Spanned<String>>>,
    /// `mtlsCertificates`: the certificates' ids.
    pub mtls_certificates: Vec<Named<Spanned<String>>>,
    /// `vpcServices`: the services' ids.
    pub vpc_services: Vec<Named<Spanned<String>>>,
    /// `vpcNetworks`: ids of tunnels or networks.
    pub vpc_networks: Vec<Named<Spanned<String>>>,
    /// `flagship`: the apps' ids.
    pub flagship: Vec<Named<Spanned<String>>>,
    /// `artifacts`: the namespaces' names.
    pub artifacts: Vec<Named<Spanned<String>>>,
    /// `agentMemory`: the namespaces' names.
    pub agent_memory: Vec<Named<Spanned<String>>>,
    /// `k2`: the streams' names.
    pub k2: Vec<Named<Spanned<String>>>,
    /// `aiSearchNamespaces`.
    pub ai_search_namespaces: Vec<Named<AiSearch>>,
    /// `aiSearchInstances`.
    pub ai_search_instances: Vec<Named<AiSearch>>,
    /// `helloWorld`: whether the timer is enabled.
    pub hello_world: Vec<Named<bool>>,
    /// `workerLoaders`: the bindings' names.
    pub worker_loaders: Vec<Spanned<String>>,
    /// `ai`: the binding's name, as in the six that follow.
    pub ai: Option<Spanned<String>>,
    /// `analyticsSql`.
    pub analytics_sql: Option<Spanned<String>>,
    /// `browserRendering`.
    pub browser_rendering: Option<Spanned<String>>,
    /// `images`.
    pub images: Option<Spanned<String>>,
    /// `stream`.
    pub stream: Option<Spanned<String>>,
    /// `media`.
    pub media: Option<Spanned<String>>,
    /// `versionMetadata`.
    pub version_metadata: Option<Spanned<String>>,
    /// `unsafeEvalBinding`: the name of a binding that evaluates text.
    pub unsafe_eval_binding: Option<Spanned<String>>,

    /// `zone`: what the `CF-Worker` header of outgoing requests says.
    pub zone: Option<Spanned<String>>,
    /// `access`: what handlers see as `ctx.access`.
    pub access: Option<Spanned<Json>>,
    /// Every option that is given and means something, by Miniflare's name.
    pub given: Vec<Spanned<String>>,
}

impl WorkerOptions {
    /// Reads the options of a Worker; `base` is what its `rootPath` is relative to.
    pub(super) fn read(reader: &mut Reader<'_>, mut fields: Fields<'_>, base: &Base) -> (Self, Base) {
        let base = base.below(fields.string(reader, "rootPath").as_ref());
        let mut worker = Self {
            name: fields.string(reader, "name"),
            root_path: base.folder.clone(),
            compatibility_date: fields.string(reader, "compatibilityDate"),
            compatibility_flags: fields.strings(reader, "compatibilityFlags").unwrap_or_default(),
            bindings: record(reader, &mut fields, "bindings", json),
            text_blob_bindings: base.contents(reader, &mut fields, "textBlobBindings", false),
            data_blob_bindings: base.contents(reader, &mut fields, "dataBlobBindings", true),
            wasm_bindings: base.contents(reader, &mut fields, "wasmBindings", true),
            unsafe_ephemeral_durable_objects: fields.bool(reader, "unsafeEphemeralDurableObjects"),
            service_bindings: record(reader, &mut fields, "serviceBindings", |reader, field| {
                service::read(reader, field, &base)
            }),
            outbound_service: service::get(reader, &mut fields, "outboundService", &base),
            tails: service::list(reader, &mut fields, "tails", &base),
            streaming_tails: service::list(reader, &mut fields, "streamingTails", &base),
            unsafe_override_fetch_worker: fields.string(reader, "unsafeOverrideFetchWorker"),
            unsafe_eval_binding: fields.string(reader, "unsafeEvalBinding"),
            zone: fields.string(reader, "zone"),
            access: fields.get("access").and_then(|field| json(reader, &field)),
            ..Self::default()
        };
        let older = fields.bool(reader, "cache");
        worker.cache_api = fields.bool(reader, "cacheAPI").or(older);
        source::read(&mut worker, reader, &mut fields, &base);
        products::read(&mut worker, reader, &mut fields);
        state::read(&mut worker, reader, &mut fields);
        assets::read(&mut worker, reader, &mut fields, &base);
        worker.given = given(reader, &fields);
        refuse(reader, &mut fields);
        fields.finish(reader);
        (worker, base)
    }
}

/// Options that cannot be honoured, and what to write instead.
const REFUSED: [(&str, &str); 2] = [
    (
        "fetchMock",
        "answer requests in a Worker that `outboundService` names, or in tests with `vi.spyOn(globalThis, \"fetch\")`",
    ),
    (
        "unsafeBindings",
        "they need a plugin of Miniflare's: bind a Worker of `miniflare.workers` in its place",
    ),
];

fn given(reader: &Reader<'_>, fields: &Fields<'_>) -> Vec<Spanned<String>> {
    let entries = fields.table().node.entries().iter();
    entries
        .filter(|entry| entry.key != "workers" && fields.is_known(&entry.key))
        .map(|entry| Spanned::new(entry.key.clone(), reader.key_origin(entry)))
        .collect()
}

fn refuse(reader: &mut Reader<'_>, fields: &mut Fields<'_>) {
    for (option, instead) in REFUSED {
        let Some(entry) = fields.entry(option) else { continue };
        let title = format!("`{}` is not supported", fields.table().path_of(option));
        let diagnostic = Diagnostic::error("unsupported-option", title).help(instead);
        reader.diagnostics.push(reader.key_origin(entry).label(diagnostic, ""));
    }
}
