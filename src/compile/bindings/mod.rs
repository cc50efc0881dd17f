//! From the wrangler file and the pool's options to the plan's bindings, a file for each family.

mod durable_objects;
mod services;
mod storage;
mod variables;

use crate::{
    config::{
        dev_vars::{DevVars, Secret},
        origin::{Origin, Spanned},
        vitest::{Named, ServiceDesignator, WorkerOptions},
        wrangler::Wrangler,
    },
    diagnostic::{Diagnostic, Diagnostics},
    plan::{Binding, BindingKind, DurableObjectClass, Provenance, QueueConsumer, Service, ServiceRef},
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
    /// The queues whose messages it gets.
    pub(super) queue_consumers: Vec<QueueConsumer>,
    /// Who answers its Cache API.
    pub(super) cache_api_outbound: Option<ServiceRef>,
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
    if let Some(wrangler) = written.wrangler {
        diagnostics
            .extend(wrangler.unsupported.iter().map(crate::config::wrangler::UnsupportedBinding::diagnostic));
        variables::from_wrangler(wrangler, &mut found);
        storage::from_wrangler(wrangler, &mut found);
        services::from_wrangler(wrangler, written, &mut found);
        durable_objects::from_wrangler(wrangler, written, &mut found, diagnostics);
    }
    if let Some(dev_vars) = written.dev_vars {
        variables::from_dev_vars(dev_vars, written.names, &mut found);
    }
    variables::from_options(written.options, &mut found);
    storage::from_options(written.options, &mut found);
    refuse_others(written.options, diagnostics);
    found.list.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

/// Options that reach the plan, or that are read elsewhere.
const LOWERED: [&str; 15] = [
    "name",
    "rootPath",
    "compatibilityDate",
    "compatibilityFlags",
    "bindings",
    "kvNamespaces",
    "d1Databases",
    "textBlobBindings",
    "dataBlobBindings",
    "wasmBindings",
    "assets",
    "sitePath",
    "siteInclude",
    "siteExclude",
    "zone",
];

/// An option that this version cannot honour is an error: a test must not pass for lack of it.
fn refuse_others(options: &WorkerOptions, diagnostics: &mut Diagnostics) {
    let is_assets = |bound: &Named<_>| {
        matches!(&bound.value, Spanned { value: ServiceDesignator::PagesAssets { .. }, .. })
    };
    let lowered = |option: &str| {
        LOWERED.contains(&option)
            || option == "serviceBindings" && options.service_bindings.iter().all(is_assets)
    };
    for option in options.given.iter().filter(|option| !lowered(&option.value)) {
        let title = format!("the option `miniflare.{option}` is not supported yet");
        let help = format!("supported: {}", LOWERED.map(|option| format!("`{option}`")).join(", "));
        let diagnostic = Diagnostic::error("unsupported-option", title).help(help);
        diagnostics.push(option.origin.label(diagnostic, ""));
    }
}

impl Bindings {
    /// Adds a binding, in place of one of the same name.
    pub(super) fn set(&mut self, name: &str, kind: BindingKind, provenance: Provenance) {
        self.list.retain(|other| other.name != name);
        self.list.push(Binding { name: name.to_owned(), kind, provenance });
    }
}
