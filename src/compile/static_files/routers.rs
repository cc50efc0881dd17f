//! Who answers for a Worker that has assets: its router, wherever the Worker itself is bound without an entrypoint.

use std::collections::BTreeMap;

use super::StaticFiles;
use crate::plan::{Binding, BindingKind, ServiceTarget};

/// The routers of a plan's Workers.
#[derive(Debug)]
pub(in crate::compile) struct Routers {
    /// Routers' services by the service of the Worker that they stand before.
    by_worker: BTreeMap<String, String>,
}

impl Routers {
    /// The routers of Workers, given by their services.
    pub(in crate::compile) fn of<'a>(workers: impl Iterator<Item = (&'a str, &'a StaticFiles)>) -> Self {
        let router = |(worker, files): (&str, &StaticFiles)| {
            Some((worker.to_owned(), files.router.as_ref()?.name.clone()))
        };
        Self { by_worker: workers.filter_map(router).collect() }
    }

    /// Leads service bindings of the Worker `own` to routers where their Workers have some. Named entrypoints are
    /// reached without one.
    pub(in crate::compile) fn lead(&self, own: &str, bindings: &mut [Binding]) {
        for binding in bindings {
            let BindingKind::Service { target, entrypoint: None, .. } = &mut binding.kind else { continue };
            let service = match target {
                ServiceTarget::SelfWorker => own,
                ServiceTarget::Named(name) => name,
            };
            if let Some(router) = self.by_worker.get(service) {
                *target = ServiceTarget::Named(router.clone());
            }
        }
    }
}
