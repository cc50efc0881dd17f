//! Bindings: the properties of a Worker's `env`.
//!
//! They are kept in the user's terms (a KV namespace with an id); how workerd is told to serve one is the
//! emitters' business.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{ModuleSource, Provenance, SIMULATORS, slots::InSlot};

/// One property of `env`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Binding {
    /// The property's name.
    pub name: String,
    /// What it holds.
    #[serde(flatten)]
    pub kind: BindingKind,
    /// Why it is there.
    pub provenance: Provenance,
}

/// What a binding holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum BindingKind {
    /// A string.
    Text {
        /// The string.
        value: String,
    },
    /// Any JSON value.
    Json {
        /// The value.
        value: Value,
    },
    /// A string that no generated file may hold: workerd reads it from its own environment when it starts.
    Secret {
        /// The environment variable that the launcher sets.
        variable: String,
    },
    /// The contents of a file as a string.
    TextModule {
        /// The file.
        source: ModuleSource,
    },
    /// The contents of a file as an `ArrayBuffer`.
    DataModule {
        /// The file.
        source: ModuleSource,
    },
    /// A compiled `WebAssembly.Module`.
    WasmModule {
        /// The file.
        source: ModuleSource,
    },
    /// A KV namespace.
    Kv {
        /// The namespace's id; bindings with one id share their data.
        id: String,
    },
    /// An R2 bucket.
    R2 {
        /// The bucket's name; bindings with one name share their data.
        id: String,
    },
    /// A KV namespace that a service answers for: the files of Workers Sites.
    KvService {
        /// The service.
        target: ServiceTarget,
        /// The named entrypoint; the default export if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        entrypoint: Option<String>,
    },
    /// A D1 database.
    D1 {
        /// The database's id; bindings with one id share their data.
        id: String,
    },
    /// A queue that the Worker sends to.
    Queue {
        /// The queue's name.
        id: String,
        /// How long its messages wait before they are delivered, in seconds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        delivery_delay: Option<u32>,
    },
    /// A workflow.
    Workflow {
        /// The workflow's name; bindings with one name share their instances.
        id: String,
        /// The class, as exported.
        class: String,
        /// Whose class it is.
        target: ServiceTarget,
        /// The most steps of an instance.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        step_limit: Option<u32>,
    },
    /// A rate limit.
    RateLimit {
        /// The namespace; limits with one namespace count together.
        id: String,
        /// How many calls succeed in a period.
        limit: u32,
        /// The period in seconds.
        period: u32,
    },
    /// A dataset of Workers Analytics Engine. What is written is dropped.
    AnalyticsEngine {
        /// The dataset's name.
        dataset: String,
    },
    /// Outgoing e-mail. What is sent is checked, and dropped.
    Email {
        /// The only address that mail can go to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        destination: Option<String>,
        /// The addresses that mail can go to, if they are limited.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        destinations: Option<Vec<String>>,
        /// The addresses that mail can come from, if they are limited.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        senders: Option<Vec<String>>,
    },
    /// A secret of Secrets Store.
    StoredSecret {
        /// The store's id; bindings with one id share their secrets.
        id: String,
        /// The secret's name.
        secret: String,
    },
    /// A database reached through Hyperdrive: here, directly.
    Hyperdrive {
        /// The service that connects to the database.
        service: String,
        /// `postgres` or `mysql`.
        scheme: String,
        /// The database's name.
        database: String,
        /// The database's user.
        user: String,
        /// The environment variable with the user's password, which no generated file holds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        password: Option<String>,
    },
    /// A pipeline. What is sent is dropped.
    Pipeline {
        /// The pipeline's name.
        pipeline: String,
    },
    /// Cloudflare Images: stores images, but transforms none.
    Images {
        /// Where the images are; bindings with one id share them.
        id: String,
    },
    /// Cloudflare Stream.
    Stream {
        /// Where the videos are; bindings with one id share them.
        id: String,
    },
    /// Feature flags of Flagship.
    Flagship {
        /// The app's id; bindings with one id share their flags.
        id: String,
    },
    /// wrangler's example of a binding, which keeps one value.
    HelloWorld {
        /// Where the value is; bindings with one id share it.
        id: String,
        /// Whether `get` tells a time.
        timer: bool,
    },
    /// What is known of the deployed version: here, of none.
    VersionMetadata,
    /// Loads Workers from code at run time.
    WorkerLoader {
        /// Loaders with one id share their Workers.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
    },
    /// `eval` for the Worker.
    UnsafeEval,
    /// A product that only Cloudflare has: every call fails, and says so.
    Remote {
        /// What a person calls the product.
        product: String,
    },
    /// A Durable Object namespace.
    DurableObject {
        /// The class, as exported.
        class: String,
        /// The service whose class it is; the binding Worker itself if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        service: Option<String>,
    },
    /// Another Worker, or any other service.
    Service {
        /// Who is bound.
        target: ServiceTarget,
        /// The named entrypoint; the default export if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        entrypoint: Option<String>,
        /// What the entrypoint sees as `ctx.props`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        props: Option<Value>,
    },
    /// An object that an internal extension module makes out of other bindings.
    Wrapped {
        /// The extension module.
        module: String,
        /// The module's export that makes the object; `default` if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        entrypoint: Option<String>,
        /// The bindings it is made of, which user code does not see.
        inner: Vec<InnerBinding>,
    },
}

/// A binding that only a wrapped binding's module sees.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct InnerBinding {
    /// The name the module knows it by.
    pub name: String,
    /// What it holds.
    #[serde(flatten)]
    pub kind: BindingKind,
}

/// Who a service binding reaches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum ServiceTarget {
    /// The Worker that has the binding.
    SelfWorker,
    /// The service of this name.
    Named(String),
}

/// A service named from outside a binding: outgoing traffic, tails.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ServiceRef {
    /// The service's name.
    pub service: String,
    /// The named entrypoint; the default export if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entrypoint: Option<String>,
    /// What the entrypoint sees as `ctx.props`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub props: Option<Value>,
}

impl ServiceRef {
    /// The default entrypoint of a service.
    pub fn to(service: impl Into<String>) -> Self {
        Self { service: service.into(), entrypoint: None, props: None }
    }

    /// A simulator, told by `props` which part of its state is meant.
    pub fn simulator(entrypoint: Option<&str>, props: Value) -> Self {
        Self { service: SIMULATORS.to_owned(), entrypoint: entrypoint.map(str::to_owned), props: Some(props) }
    }
}

impl BindingKind {
    /// The same binding as a service called `own` has it in a slot: state gets the slot's own namespace, and Workers that
    /// every slot has for itself are the slot's.
    pub(super) fn for_slot(&self, slot: &InSlot<'_>, own: &str) -> Self {
        let mut copy = self.clone();
        if let Some(id) = copy.state_mut() {
            *id = slot.namespace(id);
            return copy;
        }
        match self {
            Self::DurableObject { class, service: Some(service) } => {
                Self::DurableObject { class: class.clone(), service: Some(slot.service(service)) }
            }
            Self::Service { target, entrypoint, props } => Self::Service {
                target: slot.target(target, own),
                entrypoint: entrypoint.clone(),
                props: match target {
                    ServiceTarget::SelfWorker => props.clone(),
                    ServiceTarget::Named(name) => slot.props(name, props.as_ref()),
                },
            },
            Self::KvService { target, entrypoint } => {
                Self::KvService { target: slot.target(target, own), entrypoint: entrypoint.clone() }
            }
            Self::Wrapped { module, entrypoint, inner } => Self::Wrapped {
                module: module.clone(),
                entrypoint: entrypoint.clone(),
                inner: inner
                    .iter()
                    .map(|part| InnerBinding { name: part.name.clone(), kind: part.kind.for_slot(slot, own) })
                    .collect(),
            },
            other => other.clone(),
        }
    }

    /// The id that tells its state from that of other bindings, if it has state of its own.
    fn state_mut(&mut self) -> Option<&mut String> {
        match self {
            Self::Kv { id }
            | Self::R2 { id }
            | Self::D1 { id }
            | Self::Queue { id, .. }
            | Self::Workflow { id, .. }
            | Self::RateLimit { id, .. }
            | Self::StoredSecret { id, .. }
            | Self::Images { id }
            | Self::Stream { id }
            | Self::Flagship { id }
            | Self::HelloWorld { id, .. }
            | Self::WorkerLoader { id: Some(id) } => Some(id),
            _ => None,
        }
    }

    /// The word for it in tables and messages, equal to `kind` in JSON.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Text { .. } => "text",
            Self::Json { .. } => "json",
            Self::Secret { .. } => "secret",
            Self::TextModule { .. } => "textModule",
            Self::DataModule { .. } => "dataModule",
            Self::WasmModule { .. } => "wasmModule",
            Self::Kv { .. } => "kv",
            Self::R2 { .. } => "r2",
            Self::KvService { .. } => "kvService",
            Self::D1 { .. } => "d1",
            Self::Queue { .. } => "queue",
            Self::Workflow { .. } => "workflow",
            Self::RateLimit { .. } => "rateLimit",
            Self::AnalyticsEngine { .. } => "analyticsEngine",
            Self::Email { .. } => "email",
            Self::StoredSecret { .. } => "storedSecret",
            Self::Hyperdrive { .. } => "hyperdrive",
            Self::Pipeline { .. } => "pipeline",
            Self::Images { .. } => "images",
            Self::Stream { .. } => "stream",
            Self::Flagship { .. } => "flagship",
            Self::HelloWorld { .. } => "helloWorld",
            Self::VersionMetadata => "versionMetadata",
            Self::WorkerLoader { .. } => "workerLoader",
            Self::UnsafeEval => "unsafeEval",
            Self::Remote { .. } => "remote",
            Self::DurableObject { .. } => "durableObject",
            Self::Service { .. } => "service",
            Self::Wrapped { .. } => "wrapped",
        }
    }
}
