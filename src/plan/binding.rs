//! Bindings: the properties of a Worker's `env`.
//!
//! They are kept in the user's terms (a KV namespace with an id); how workerd is told to serve one is the
//! emitters' business.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{ModuleSource, Provenance, slots::InSlot};

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
    /// A KV namespace that a service answers for: the files of Workers Sites.
    KvService {
        /// The service.
        target: ServiceTarget,
        /// The named entrypoint; the default export if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        entrypoint: Option<String>,
        /// What the entrypoint sees as `ctx.props`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        props: Option<Value>,
    },
    /// A D1 database.
    D1 {
        /// The database's id; bindings with one id share their data.
        id: String,
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
}

impl BindingKind {
    /// The same binding as a service called `own` has it in a slot: state gets the slot's own namespace, and Workers that
    /// every slot has for itself are the slot's.
    pub(super) fn for_slot(&self, slot: &InSlot<'_>, own: &str) -> Self {
        match self {
            Self::Kv { id } => Self::Kv { id: namespace(id, slot) },
            Self::D1 { id } => Self::D1 { id: namespace(id, slot) },
            Self::DurableObject { class, service: Some(service) } => {
                Self::DurableObject { class: class.clone(), service: Some(slot.service(service)) }
            }
            Self::Service { target, entrypoint, props } => Self::Service {
                target: slot.target(target, own),
                entrypoint: entrypoint.clone(),
                props: props.clone(),
            },
            Self::KvService { target, entrypoint, props } => Self::KvService {
                target: slot.target(target, own),
                entrypoint: entrypoint.clone(),
                props: props.clone(),
            },
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
            Self::KvService { .. } => "kvService",
            Self::D1 { .. } => "d1",
            Self::DurableObject { .. } => "durableObject",
            Self::Service { .. } => "service",
            Self::Wrapped { .. } => "wrapped",
        }
    }
}

/// The simulators' name for the data of `id` in one slot.
fn namespace(id: &str, slot: &InSlot<'_>) -> String {
    format!("{id}@{}", slot.name())
}
