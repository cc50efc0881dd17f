//! Workers: the definition under test, and any Worker in the concrete form that workerd runs.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Binding, BindingKind, Module, Provenance, ServiceRef};

/// The user's Worker, as every test Worker runs it.
///
/// Test Workers differ from it only in the slot's part of names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WorkerUnderTest {
    /// The Worker's name in the wrangler file.
    pub name: String,
    /// Its modules, the main module first. Absent in the committed plan.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub modules: Vec<Module>,
    /// The compatibility date.
    pub compatibility_date: CompatibilityDate,
    /// The compatibility flags, in the order in which they are written.
    pub compatibility_flags: Vec<Flag>,
    /// Flags that are written and that the date has turned on already: workerd is not given them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub default_flags: Vec<DefaultFlag>,
    /// The properties of `env`.
    pub bindings: Vec<Binding>,
    /// The Durable Object classes it exports and has namespaces for.
    pub durable_objects: Vec<DurableObjectClass>,
    /// The workflows on its `ctx.exports`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub workflows: Vec<WorkflowExport>,
    /// What the production bundle exports.
    pub exports: Vec<Export>,
    /// The writable disk service that holds its Durable Objects; required if it has classes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub durable_object_storage: Option<String>,
    /// Who answers the global `fetch`; the public internet if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub global_outbound: Option<ServiceRef>,
    /// Who answers the Cache API; without one the Cache API throws.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache_api_outbound: Option<ServiceRef>,
    /// Who is told of every event that it handled.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tails: Vec<ServiceRef>,
    /// Who is told of every event while it is handled.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub streaming_tails: Vec<ServiceRef>,
    /// The queues whose messages it gets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub queue_consumers: Vec<QueueConsumer>,
}

/// A compatibility date and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CompatibilityDate {
    /// The date, `YYYY-MM-DD`.
    pub date: String,
    /// Why it is this one.
    pub provenance: Provenance,
}

/// A compatibility flag, V8 flag or autogate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Flag {
    /// The flag as workerd knows it.
    pub name: String,
    /// Why it is on.
    pub provenance: Provenance,
}

/// A compatibility flag that says what the date says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DefaultFlag {
    /// The flag.
    pub flag: Flag,
    /// From when on it is the default, `YYYY-MM-DD`.
    pub since: String,
}

/// A Durable Object class of the Worker under test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DurableObjectClass {
    /// The class, as exported.
    pub class: String,
    /// Whether a migration gave it SQL storage.
    pub sqlite: bool,
    /// The image of its objects' containers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub container: Option<String>,
    /// The migration or binding that made it.
    pub provenance: Provenance,
}

/// A workflow on `ctx.exports`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WorkflowExport {
    /// The class, as exported.
    pub class: String,
    /// The workflow's name; bindings with this name share its instances.
    pub id: String,
    /// The most steps of an instance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step_limit: Option<u32>,
    /// Where it is declared.
    pub provenance: Provenance,
}

/// A queue whose messages a Worker gets, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct QueueConsumer {
    /// The queue's name.
    pub queue: String,
    /// The most messages of a batch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_batch_size: Option<u32>,
    /// How long a batch that is not full is waited for, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_batch_timeout: Option<u32>,
    /// How often a message is tried again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_retries: Option<u32>,
    /// The queue for messages that were tried too often.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dead_letter_queue: Option<String>,
    /// How long a message waits before it is tried again, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_delay: Option<u32>,
    /// Where it is declared.
    pub provenance: Provenance,
}

/// A name that the Worker's main module exports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Export {
    /// The name; `default` for the default export.
    pub name: String,
    /// What it is.
    pub kind: ExportKind,
    /// How that is known, for example `class extends DurableObject`.
    pub evidence: String,
    /// Where it is declared, or the rule that decided.
    pub provenance: Provenance,
    /// Why workerd gets a view of each object of the class; absent: it gets the object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub view: Option<String>,
}

/// What an export is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum ExportKind {
    /// An object with `fetch`, `scheduled`, and so on.
    Handler,
    /// A class that extends `WorkerEntrypoint`.
    WorkerEntrypoint,
    /// A Durable Object class.
    DurableObject,
    /// A class that extends `WorkflowEntrypoint`.
    Workflow,
    /// A class that extends `RpcTarget`; passed by reference, but not in `ctx.exports`.
    RpcTarget,
    /// Anything else; not in `ctx.exports`.
    Value,
}

impl ExportKind {
    /// The words for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Handler => "handler",
            Self::WorkerEntrypoint => "WorkerEntrypoint",
            Self::DurableObject => "Durable Object",
            Self::Workflow => "Workflow",
            Self::RpcTarget => "RpcTarget",
            Self::Value => "value",
        }
    }
}

/// A Worker in the concrete form that workerd runs: a test Worker, the simulators, an auxiliary Worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Worker {
    /// Its modules, the main module first. Absent in the committed plan.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub modules: Vec<Module>,
    /// The compatibility date.
    pub compatibility_date: CompatibilityDate,
    /// The compatibility flags, in the order in which they are written.
    pub compatibility_flags: Vec<Flag>,
    /// The properties of `env`.
    pub bindings: Vec<Binding>,
    /// The namespaces of its own classes.
    pub durable_objects: Vec<DurableObjectNamespace>,
    /// The workflows on its `ctx.exports`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub workflows: Vec<WorkflowExport>,
    /// The writable disk service that holds its Durable Objects; required if it has any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub durable_object_storage: Option<String>,
    /// Who answers the global `fetch`; the public internet if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub global_outbound: Option<ServiceRef>,
    /// Who answers the Cache API; without one the Cache API throws.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache_api_outbound: Option<ServiceRef>,
    /// Who is told of every event that it handled.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tails: Vec<ServiceRef>,
    /// Who is told of every event while it is handled.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub streaming_tails: Vec<ServiceRef>,
    /// Bindings to what every slot has its own of: each stands for one binding per slot, called by its name, `@` and the
    /// slot's name. Only a Worker that serves all slots has them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub slot_bindings: Vec<Binding>,
}

impl Worker {
    /// A Worker that is there by a rule, with nothing but modules, flags and bindings.
    pub(crate) fn of_rule(
        modules: Vec<Module>,
        date: &str,
        flags: &[&str],
        bindings: Vec<(&str, BindingKind)>,
        because: &Provenance,
    ) -> Self {
        let flag = |name: &&str| Flag { name: (*name).to_owned(), provenance: because.clone() };
        let bound =
            |(name, kind): (&str, _)| Binding { name: name.to_owned(), kind, provenance: because.clone() };
        Self {
            modules,
            compatibility_date: CompatibilityDate { date: date.to_owned(), provenance: because.clone() },
            compatibility_flags: flags.iter().map(flag).collect(),
            bindings: bindings.into_iter().map(bound).collect(),
            durable_objects: vec![],
            workflows: vec![],
            durable_object_storage: None,
            global_outbound: None,
            cache_api_outbound: None,
            tails: vec![],
            streaming_tails: vec![],
            slot_bindings: vec![],
        }
    }
}

/// A Durable Object namespace as workerd stores it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DurableObjectNamespace {
    /// The class, as exported.
    pub class: String,
    /// Part of every object's id, and the namespace's folder on disk: no slash in it.
    pub unique_key: String,
    /// Whether `ctx.storage.sql` works.
    pub sqlite: bool,
    /// Keeps objects in memory when idle, which the queue broker needs.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub prevent_eviction: bool,
    /// The image of its objects' containers, which workerd asks the machine's Docker for when one is started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub container: Option<String>,
}
