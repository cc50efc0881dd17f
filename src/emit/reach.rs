//! Which services a set of test Workers needs.
//!
//! A process runs a share of the test Workers; services that none of them can reach would only cost time to start.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use super::{EmitError, products};
use crate::plan::{Binding, BindingKind, Plan, SIMULATORS, Service, ServiceKind, ServiceTarget, TestWorker, Worker, namespace};

/// workerd defines a service of this name if the configuration does not.
const IMPLICIT: &str = "internet";

/// A service that goes into the configuration.
pub(super) enum Placed<'a> {
    /// A test Worker, made concrete.
    Test(&'a TestWorker, Box<Worker>),
    /// Any other.
    Other(Cow<'a, Service>),
}

impl Placed<'_> {
    /// The service's name.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Test(instance, _) => &instance.service,
            Self::Other(service) => &service.name,
        }
    }

    /// The Worker, if it is one.
    pub(super) fn worker(&self) -> Option<&Worker> {
        match self {
            Self::Test(_, worker) => Some(worker),
            Self::Other(service) => match &service.kind {
                ServiceKind::Worker(worker) => Some(worker),
                _ => None,
            },
        }
    }
}

/// The test Workers of `subset`, then all that they reach, both in the plan's order.
pub(super) fn services<'a>(plan: &'a Plan, subset: &[&'a TestWorker]) -> Result<Vec<Placed<'a>>, EmitError> {
    let mut known = BTreeMap::new();
    let tests = plan.test_workers.iter().map(|test| (test.service.as_str(), Known::Test(test)));
    let others = plan.services.iter().map(|service| (service.name.as_str(), Known::Other(service)));
    for (name, entry) in tests.chain(others) {
        if known.insert(name, entry).is_some() {
            return Err(EmitError::DuplicateService { name: name.to_owned() });
        }
    }

    let mut reached: BTreeSet<String> = subset.iter().map(|test| test.service.clone()).collect();
    let mut placed_tests = BTreeMap::new();
    let mut queue: Vec<String> = reached.iter().cloned().collect();
    while let Some(name) = queue.pop() {
        let (instance, expanded);
        let worker = match known.get(name.as_str()) {
            Some(Known::Test(test)) => {
                instance = plan.instantiate(test)?;
                placed_tests.insert(name.clone(), instance.clone());
                &instance
            }
            Some(Known::Other(service)) => {
                expanded = for_slots(service, subset);
                match &expanded.kind {
                    ServiceKind::Worker(worker) => worker,
                    _ => continue,
                }
            }
            None => return Err(EmitError::UnknownService { from: "the run".to_owned(), name }),
        };
        for reference in references(worker) {
            if !known.contains_key(reference) {
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

    let tests = plan.test_workers.iter().filter_map(|test| {
        placed_tests.remove(&test.service).map(|worker| Placed::Test(test, Box::new(worker)))
    });
    let mut placed: Vec<Placed<'a>> = tests.collect();
    let others = plan.services.iter().filter(|service| reached.contains(&service.name));
    placed.extend(others.map(|service| Placed::Other(for_slots(service, subset))));
    Ok(placed)
}

/// A service that serves the slots of `subset`, each binding to what they have of their own made concrete.
fn for_slots<'a>(service: &'a Service, subset: &[&TestWorker]) -> Cow<'a, Service> {
    let ServiceKind::Worker(worker) = &service.kind else { return Cow::Borrowed(service) };
    if worker.slot_bindings.is_empty() {
        return Cow::Borrowed(service);
    }
    let mut own = worker.clone();
    let templates = std::mem::take(&mut own.slot_bindings);
    for test in subset {
        for slot in &test.slots {
            own.bindings.extend(templates.iter().map(|template| {
                let binding = template.for_slot(&slot.name, &test.service);
                Binding { name: namespace(&template.name, &slot.name), ..binding }
            }));
        }
    }
    Cow::Owned(Service { kind: ServiceKind::Worker(own), ..service.clone() })
}

/// A service of the plan, by either of the two lists it can be in.
enum Known<'a> {
    Test(&'a TestWorker),
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
    names
}

/// Calls `found` with the name of every service that a binding refers to, but for the binding Worker itself.
pub(super) fn targets<'a>(kind: &'a BindingKind, found: &mut dyn FnMut(&'a str)) {
    match kind {
        BindingKind::DurableObject { service: Some(name), .. }
        | BindingKind::Hyperdrive { service: name, .. }
        | BindingKind::Service { target: ServiceTarget::Named(name), .. } => found(name),
        BindingKind::Wrapped { inner, .. } => inner.iter().for_each(|part| targets(&part.kind, found)),
        kind if products::is_simulated(kind) => found(SIMULATORS),
        _ => {}
    }
}
