//! Who answers for a Worker that has assets: its router, wherever the Worker itself is bound without an entrypoint.

use std::collections::BTreeMap;

use crate::plan::{Binding, BindingKind, Service, ServiceTarget};

/// The routers of a plan's Workers.
#[derive(Debug, Default)]
pub(in crate::compile) struct Routers {
    /// Routers' services by the service of the Worker that they stand before.
    by_worker: BTreeMap<String, String>,
}

impl Routers {
    /// Notes that `router` answers for the Worker that is the service `worker`.
    pub(in crate::compile) fn add(&mut self, worker: &str, router: &Service) {
        self.by_worker.insert(worker.to_owned(), router.name.clone());
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
