//! From the wrangler file and the pool's options to the plan's bindings, a file for each family.

mod designators;
mod durable_objects;
mod hyperdrive;
mod messages;
mod products;
mod remote;
mod services;
mod storage;
mod variables;
mod workflows;

use crate::{
    config::{
        dev_vars::{DevVars, Secret},
        origin::{Origin, Spanned},
        vitest::WorkerOptions,
        wrangler::Wrangler,
    },
    diagnostic::{Diagnostic, Diagnostics},
    plan::{
        Binding, BindingKind, DurableObjectClass, Provenance, QueueConsumer, Service, ServiceRef,
        WorkflowExport,
    },
};

pub(super) use services::{Names, Need, Reference, service_name};

/// Where a Worker's bindings are written: any Worker's, not only those of the one under test.
#[derive(Clone, Copy)]
pub(super) struct Written<'a> {
    /// Its wrangler file.
    pub(super) wrangler: Option<&'a Wrangler>,
    /// Its local variables.
    pub(super) dev_vars: Option<&'a DevVars>,
    /// Its options.
    pub(super) options: &'a WorkerOptions,
    /// What Workers are called.
    pub(super) names: Names<'a>,
}

/// What a Worker is bound to.
#[derive(Debug, Default)]
pub(super) struct Bindings {
    pub(super) list: Vec<Binding>,
    pub(super) durable_objects: Vec<DurableObjectClass>,
    /// Where each Durable Object class is first named.
    pub(super) class_origins: Vec<(String, Origin)>,
    /// The workflows on its `ctx.exports`.
    pub(super) workflows: Vec<WorkflowExport>,
    /// Where the class of each of them is named.
    pub(super) workflow_origins: Vec<(String, Origin)>,
    /// The queues whose messages it gets.
    pub(super) queue_consumers: Vec<QueueConsumer>,
    /// Who answers the global `fetch`; the public internet if absent.
    pub(super) global_outbound: Option<ServiceRef>,
    /// Who is told of every event that it handled.
    pub(super) tails: Vec<ServiceRef>,
    /// Who is told of every event while it is handled.
    pub(super) streaming_tails: Vec<ServiceRef>,
    /// The other Workers that it names.
    pub(super) references: Vec<Reference>,
    /// Services that are there for its bindings alone.
    pub(super) services: Vec<Service>,
    /// Environment variables that carry secrets to workerd.
    pub(super) secrets: Vec<(String, Secret)>,
}

/// Where a line of the user's files is, for the plan.
pub(super) fn of(origin: &Origin) -> Provenance {
    Provenance::source(&origin.file.path, u32::try_from(origin.line()).unwrap_or(u32::MAX))
}

/// The bindings of a Worker. Later sources win: the wrangler file, local variables, the options.
pub(super) fn collect(written: Written<'_>, diagnostics: &mut Diagnostics) -> Bindings {
    let mut found = Bindings::default();
    let Written { wrangler, dev_vars, options, .. } = written;
    if let Some(wrangler) = wrangler {
        variables::from_wrangler(wrangler, &mut found);
        storage::from_wrangler(wrangler, &mut found);
        remote::from_wrangler(wrangler, &mut found);
        products::from_wrangler(wrangler, &mut found);
        services::from_wrangler(wrangler, written, &mut found);
        messages::from_wrangler(wrangler, &mut found, diagnostics);
    }
    if let Some(dev_vars) = dev_vars {
        variables::from_dev_vars(dev_vars, written.names, &mut found);
    }
    variables::from_options(options, &mut found);
    storage::from_options(options, &mut found);
    products::from_options(options, &mut found);
    remote::from_options(options, &mut found);
    messages::from_options(options, &mut found);
    workflows::collect(written, &mut found, diagnostics);
    hyperdrive::collect(written, &mut found, diagnostics);
    durable_objects::collect(written, &mut found, diagnostics);
    designators::from_options(written, &mut found, diagnostics);
    refuse_others(written, diagnostics);
    found.list.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

/// Options that reach the plan, or that are read elsewhere.
const LOWERED: [&str; 56] = [
    "name",
    "rootPath",
    "compatibilityDate",
    "compatibilityFlags",
    "modulesRules",
    "bindings",
    "textBlobBindings",
    "dataBlobBindings",
    "wasmBindings",
    "kvNamespaces",
    "d1Databases",
    "r2Buckets",
    "durableObjects",
    "additionalUnboundDurableObjects",
    "queueProducers",
    "queueConsumers",
    "workflows",
    "workflowExports",
    "ratelimits",
    "hyperdrives",
    "cacheAPI",
    "cache",
    "pipelines",
    "secretsStoreSecrets",
    "email",
    "analyticsEngineDatasets",
    "vectorize",
    "dispatchNamespaces",
    "mtlsCertificates",
    "vpcServices",
    "vpcNetworks",
    "flagship",
    "artifacts",
    "agentMemory",
    "k2",
    "aiSearchNamespaces",
    "aiSearchInstances",
    "helloWorld",
    "workerLoaders",
    "ai",
    "analyticsSql",
    "browserRendering",
    "images",
    "stream",
    "media",
    "versionMetadata",
    "unsafeEvalBinding",
    "assets",
    "sitePath",
    "siteInclude",
    "siteExclude",
    "zone",
    "serviceBindings",
    "outboundService",
    "tails",
    "streamingTails",
];

/// Options that are the code of an auxiliary Worker.
const CODE: [&str; 4] = ["modules", "modulesRoot", "script", "scriptPath"];

/// An option that this version cannot honour is an error: a test must not pass for lack of it.
fn refuse_others(written: Written<'_>, diagnostics: &mut Diagnostics) {
    let lowered =
        |option: &str| LOWERED.contains(&option) || written.names.is_auxiliary && CODE.contains(&option);
    for option in written.options.given.iter().filter(|option| !lowered(&option.value)) {
        let title = format!("the option `miniflare.{option}` is not supported yet");
        let diagnostic = Diagnostic::error("unsupported-option", title);
        diagnostics.push(option.origin.label(diagnostic, ""));
    }
}

impl Bindings {
    /// Adds a binding that the user named, in place of one of the same name.
    fn add(&mut self, name: &Spanned<String>, kind: BindingKind) {
        self.set(&name.value, kind, of(&name.origin));
    }

    /// Adds a binding, in place of one of the same name.
    pub(super) fn set(&mut self, name: &str, kind: BindingKind, provenance: Provenance) {
        self.list.retain(|other| other.name != name);
        self.list.push(Binding { name: name.to_owned(), kind, provenance });
    }
}

/// A number that the readers have found to be in its range, without what is behind its point.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` keeps to the range of the type"
)]
fn whole(number: f64) -> u32 {
    number.round() as u32
}
