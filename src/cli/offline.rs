//! `--offline`: in the place of every network and server that is not on this machine stands a Worker that refuses.

use std::mem;

use crate::plan::{
    Binding, BindingKind, Module, ModuleKind, ModuleSource, Plan, Provenance, Service, ServiceKind,
    ServiceRef, ServiceTarget, Worker,
};

/// The path of the Worker's module, which is in no generated file.
pub(super) const PATH: &str = "offline.js";
/// Its text.
pub(super) const SCRIPT: &str = include_str!("../../templates/offline.js");
/// The date and flag by which a Worker answers TCP connections.
const DATE: &str = "2025-11-01";
const FLAGS: [&str; 1] = ["experimental"];
/// Tells the runner: it refuses TCP connections with an error that says why.
const RUNNER_BINDING: &str = "__WPT_OFFLINE";

/// Leaves nothing in the plan that reaches another machine.
pub(super) fn apply(plan: &mut Plan) {
    let because = Provenance::rule("offline", "--offline");
    let refusing = |name: &str, value: BindingKind| {
        let source = ModuleSource::file(PATH, "");
        let module = Module { name: PATH.to_owned(), kind: ModuleKind::EsModule, source };
        Worker::of_rule(vec![module], DATE, &FLAGS, vec![(name, value)], &because)
    };
    for service in mem::take(&mut plan.services) {
        let name = service.name.clone();
        let (worker, behind) = match &service.kind {
            ServiceKind::Network { .. } => {
                let behind = format!("{name}:this-machine");
                let target = ServiceTarget::Named(behind.clone());
                let network = BindingKind::Service { target, entrypoint: None, props: None };
                let mut worker = refusing("NETWORK", network);
                // Without this it would be its own network.
                worker.global_outbound = Some(ServiceRef::to(behind.clone()));
                (worker, Some(Service { name: behind, ..service }))
            }
            ServiceKind::Tcp { address } | ServiceKind::External { address: Some(address), .. }
                if !is_local(address) =>
            {
                (refusing("SERVER", BindingKind::Text { value: address.clone() }), None)
            }
            _ => {
                plan.services.push(service);
                continue;
            }
        };
        plan.services.extend(behind);
        let kind = ServiceKind::Worker(Box::new(worker));
        plan.services.push(Service { name, kind, provenance: because.clone() });
    }
    let name = RUNNER_BINDING.to_owned();
    let kind = BindingKind::Json { value: true.into() };
    plan.worker.bindings.push(Binding { name, kind, provenance: because });
}

/// Whether `host:port` is on this machine, whatever a name server says.
fn is_local(address: &str) -> bool {
    let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
    address.starts_with("unix:")
        || host == "[::1]"
        || host == "localhost"
        || host.ends_with(".localhost")
        || host.parse::<std::net::Ipv4Addr>().is_ok_and(|it| it.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_told_from_others() {
        for address in ["127.0.0.1:5432", "localhost:80", "db.localhost:1", "[::1]:5432", "unix:/tmp/socket"]
        {
            assert!(is_local(address), "{address}");
        }
        for address in
            ["db:5432", "10.0.0.1:80", "[fe80::1]:80", "127.0.0.1.example.com:80", "localhost.com:1"]
        {
            assert!(!is_local(address), "{address}");
        }
    }
}
