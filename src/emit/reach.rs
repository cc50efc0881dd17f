//! Which services a set of test Workers needs.
//!
//! A process runs a share of the test Workers; services that none of them can reach would only cost time to start.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use super::{EmitError, products};
use crate::plan::{BindingKind, Plan, SIMULATORS, Service, ServiceKind, ServiceTarget, TestWorker, Worker};

/// workerd defines a service of this name if the configuration does not.
pub(super) const IMPLICIT: &str = "internet";

/// A service that goes into the configuration.
pub(super) enum Placed<'a> {
    /// A test Worker, made concrete.
    Test(&'a TestWorker, Box<Worker>),
    /// A slot's copy of an auxiliary Worker, after its definition.
    Auxiliary(&'a Service, Box<Service>),
    /// Any other.
    Other(Cow<'a, Service>),
}

impl Placed<'_> {
    /// The service's name.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Test(instance, _) => &instance.service,
            Self::Auxiliary(_, copy) => &copy.name,
            Self::Other(service) => &service.name,
        }
    }

    /// The Worker, if it is one.
    pub(super) fn worker(&self) -> Option<&Worker> {
        match self {
            Self::Test(_, worker) => Some(worker),
            Self::Auxiliary(_, copy) => worker_of(copy),
            Self::Other(service) => worker_of(service),
        }
    }
}

/// The Worker that a service is, if it is one.
pub(super) fn worker_of(service: &Service) -> Option<&Worker> {
    match &service.kind {
        ServiceKind::Worker(worker) | ServiceKind::Auxiliary(worker) => Some(worker),
        _ => None,
    }
}

/// All that the test Workers of `subset` reach, then these themselves, both in the plan's order; copies of auxiliary
/// Workers stand before the test Worker whose they are.
pub(super) fn services<'a>(plan: &'a Plan, subset: &[&'a TestWorker]) -> Result<Vec<Placed<'a>>, EmitError> {
    let mut known = BTreeMap::new();
    let tests = plan.test_workers.iter().map(|test| (test.service.as_str(), Known::Test));
    let others = plan.services.iter().map(|service| (service.name.as_str(), Known::Other(service)));
    for (name, entry) in tests.chain(others) {
        if known.insert(name, entry).is_some() {
            return Err(EmitError::DuplicateService { name: name.to_owned() });
        }
    }

    let mut instances = BTreeMap::new();
    let mut copies: BTreeMap<String, (&Service, &TestWorker, Service)> = BTreeMap::new();
    for &test in subset {
        instances.insert(test.service.clone(), plan.instantiate(test)?);
        for (definition, copy) in plan.auxiliaries(test)? {
            copies.insert(copy.name.clone(), (definition, test, copy));
        }
    }
    let mut others: BTreeMap<String, Cow<'a, Service>> = BTreeMap::new();
    // What other sockets lead to is wanted in every process.
    let served = plan.sockets.iter().map(|socket| &socket.service);
    let served = served.filter(|name| matches!(known.get(name.as_str()), Some(Known::Other(_))));
    let mut reached: BTreeSet<String> = instances.keys().chain(served).cloned().collect();
    let mut queue: Vec<String> = reached.iter().cloned().collect();
    while let Some(name) = queue.pop() {
        let worker = match known.get(name.as_str()) {
            Some(Known::Test) => instances.get(&name),
            Some(Known::Other(service)) => {
                worker_of(others.entry(name.clone()).or_insert(for_slots(plan, service, subset)?))
            }
            None => copies.get(&name).and_then(|(_, _, copy)| worker_of(copy)),
        };
        for reference in worker.map(references).unwrap_or_default() {
            if !known.contains_key(reference) && !copies.contains_key(reference) {
                if reference == IMPLICIT {
                    continue;
                }
                return Err(EmitError::UnknownService { from: name, name: reference.to_owned() });
            }
            if reached.insert(reference.to_owned()) {
                queue.push(reference.to_owned());
            }
        }
    }

    let mut own: BTreeMap<&str, Vec<Placed<'a>>> = BTreeMap::new();
    for (name, (definition, test, copy)) in copies {
        if reached.contains(&name) {
            own.entry(&test.service).or_default().push(Placed::Auxiliary(definition, Box::new(copy)));
        }
    }
    let tests = plan.test_workers.iter().filter_map(|test| {
        let worker = instances.remove(&test.service)?;
        let copies = own.remove(test.service.as_str()).unwrap_or_default();
        Some(copies.into_iter().chain(std::iter::once(Placed::Test(test, Box::new(worker)))))
    });
    let others = plan.services.iter().filter_map(|service| others.remove(&service.name));
    Ok(others.map(Placed::Other).chain(tests.flatten()).collect())
}

/// A service in a run of `subset`: one that serves all slots is bound to what each has of its own.
fn for_slots<'a>(
    plan: &Plan,
    service: &'a Service,
    subset: &[&TestWorker],
) -> Result<Cow<'a, Service>, EmitError> {
    let ServiceKind::Worker(worker) = &service.kind else { return Ok(Cow::Borrowed(service)) };
    if worker.slot_bindings.is_empty() {
        return Ok(Cow::Borrowed(service));
    }
    let mut own = worker.clone();
    own.bindings.extend(plan.slot_bindings(worker, subset)?);
    own.slot_bindings.clear();
    Ok(Cow::Owned(Service { kind: ServiceKind::Worker(own), ..service.clone() }))
}

/// A service of the plan, by either of the two lists it can be in.
enum Known<'a> {
    Test,
    Other(&'a Service),
}

/// The names of the services that a Worker refers to, in no particular order, perhaps repeated.
fn references(worker: &Worker) -> Vec<&str> {
    let mut names = Vec::new();
    for binding in &worker.bindings {
        targets(&binding.kind, &mut |name| names.push(name));
    }
    names.extend(worker.durable_object_storage.as_deref());
    names.push(worker.global_outbound.as_ref().map_or(IMPLICIT, |outbound| &outbound.service));
    let others = worker.cache_api_outbound.iter().chain(&worker.tails).chain(&worker.streaming_tails);
    names.extend(others.map(|other| other.service.as_str()));
    names.extend(worker.workflows.first().map(|_| SIMULATORS));
    names
}

/// Calls `found` with the name of every service that a binding refers to, but for the binding Worker itself.
pub(super) fn targets<'a>(kind: &'a BindingKind, found: &mut dyn FnMut(&'a str)) {
    match kind {
        BindingKind::DurableObject { service: Some(name), .. }
        | BindingKind::Hyperdrive { service: name, .. }
        | BindingKind::Service { target: ServiceTarget::Named(name), .. }
        | BindingKind::KvService { target: ServiceTarget::Named(name), .. } => found(name),
        BindingKind::Wrapped { inner, .. } => inner.iter().for_each(|part| targets(&part.kind, found)),
        kind if products::is_simulated(kind) => found(SIMULATORS),
        _ => {}
    }
}
