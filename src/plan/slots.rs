//! What a slot's own services are called, and what names mean in them.
//!
//! Every slot has its own copy of each auxiliary Worker that it reaches, called `<service>@<slot>`. Inside a slot, references
//! to auxiliary Workers mean the slot's copies, and [`UNDER_TEST`] means the test Worker that has the slot.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    Binding, BindingKind, DurableObjectNamespace, InstantiateError, Plan, SIMULATORS, Service, ServiceKind,
    ServiceRef, ServiceTarget, Slot, TestWorker, UNDER_TEST, Worker, WorkflowExport,
};

/// One slot of a plan.
pub(crate) struct InSlot<'p> {
    name: &'p str,
    /// The test Worker that has it.
    instance: &'p str,
    /// The services that every slot has its own copy of.
    auxiliary: BTreeSet<&'p str>,
}

impl InSlot<'_> {
    /// What the service `name` of the plan is called here.
    pub(super) fn service(&self, name: &str) -> String {
        if name == UNDER_TEST {
            self.instance.to_owned()
        } else if self.auxiliary.contains(name) {
            format!("{name}@{}", self.name)
        } else {
            name.to_owned()
        }
    }

    /// The name of the slot's own state of `id`: of simulators, and of Durable Objects, where it is a folder's name.
    pub(super) fn namespace(&self, id: &str) -> String {
        format!("{id}@{}", self.name)
    }

    /// What a binding of the service that is called `own` here reaches.
    pub(super) fn target(&self, target: &ServiceTarget, own: &str) -> ServiceTarget {
        ServiceTarget::Named(match target {
            ServiceTarget::SelfWorker => own.to_owned(),
            ServiceTarget::Named(name) => self.service(name),
        })
    }

    /// The same reference from inside the slot; of simulators, to the slot's own state.
    pub(super) fn reference(&self, reference: &ServiceRef) -> ServiceRef {
        ServiceRef {
            service: self.service(&reference.service),
            props: self.props(&reference.service, reference.props.as_ref()),
            ..reference.clone()
        }
    }

    /// What the service `name` of the plan is told: of simulators, the slot's own state.
    pub(super) fn props(&self, name: &str, props: Option<&Value>) -> Option<Value> {
        let mut own = props.cloned();
        if name == SIMULATORS
            && let Some(Value::String(id)) = own.as_mut().and_then(|props| props.get_mut("id"))
        {
            *id = self.namespace(id);
        }
        own
    }

    /// The same references from inside the slot.
    pub(super) fn references(&self, references: &[ServiceRef]) -> Vec<ServiceRef> {
        references.iter().map(|reference| self.reference(reference)).collect()
    }

    /// Bindings of the service that is called `own` here.
    pub(super) fn bindings(&self, bindings: &[Binding], own: &str) -> Vec<Binding> {
        let in_slot = |binding: &Binding| Binding {
            name: binding.name.clone(),
            kind: binding.kind.for_slot(self, own),
            provenance: binding.provenance.clone(),
        };
        bindings.iter().map(in_slot).collect()
    }

    /// The same workflows, with instances of the slot's own.
    pub(super) fn workflows(&self, workflows: &[WorkflowExport]) -> Vec<WorkflowExport> {
        let in_slot =
            |export: &WorkflowExport| WorkflowExport { id: self.namespace(&export.id), ..export.clone() };
        workflows.iter().map(in_slot).collect()
    }

    /// The slot's copy of an auxiliary Worker that is called `own` here.
    fn copy(&self, definition: &Worker, own: &str) -> Worker {
        Worker {
            bindings: self.bindings(&definition.bindings, own),
            durable_objects: definition
                .durable_objects
                .iter()
                .map(|namespace| DurableObjectNamespace {
                    unique_key: self.namespace(&namespace.unique_key),
                    ..namespace.clone()
                })
                .collect(),
            workflows: self.workflows(&definition.workflows),
            global_outbound: definition.global_outbound.as_ref().map(|outbound| self.reference(outbound)),
            cache_api_outbound: definition.cache_api_outbound.as_ref().map(|cache| self.reference(cache)),
            tails: self.references(&definition.tails),
            streaming_tails: self.references(&definition.streaming_tails),
            ..definition.clone()
        }
    }
}

impl Plan {
    /// What a test Worker's state is named by.
    ///
    /// # Errors
    /// The name is not fit for file names.
    pub(super) fn slot<'p>(&'p self, instance: &'p TestWorker) -> Result<InSlot<'p>, InstantiateError> {
        let name = match instance.slots.as_slice() {
            [Slot { name, .. }] => name,
            _ => &instance.service,
        };
        let fit = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        if name.is_empty() || !name.chars().all(fit) {
            return Err(InstantiateError::SlotName { slot: name.clone() });
        }
        Ok(self.in_slot(name, &instance.service))
    }

    /// The copies of the auxiliary Workers that belong to a test Worker, each with its definition.
    ///
    /// # Errors
    /// The name of its state is not fit for file names.
    pub fn auxiliaries(&self, instance: &TestWorker) -> Result<Vec<(&Service, Service)>, InstantiateError> {
        let slot = self.slot(instance)?;
        let copies = self.services.iter().filter_map(|service| {
            let ServiceKind::Auxiliary(definition) = &service.kind else { return None };
            let name = slot.service(&service.name);
            let worker = slot.copy(definition, &name);
            let provenance = service.provenance.clone();
            Some((service, Service { name, kind: ServiceKind::Worker(Box::new(worker)), provenance }))
        });
        Ok(copies.collect())
    }

    /// The bindings that [`Worker::slot_bindings`] of a Worker stand for in a run of `subset`.
    ///
    /// # Errors
    /// The name of a test Worker's state is not fit for file names.
    pub(crate) fn slot_bindings(
        &self,
        worker: &Worker,
        subset: &[&TestWorker],
    ) -> Result<Vec<Binding>, InstantiateError> {
        let mut all = vec![];
        for test in subset {
            let slot = self.slot(test)?;
            let named = |binding: Binding| Binding { name: slot.namespace(&binding.name), ..binding };
            all.extend(slot.bindings(&worker.slot_bindings, SIMULATORS).into_iter().map(named));
        }
        Ok(all)
    }

    /// Whether every slot has its own form of a binding.
    pub(crate) fn depends_on_slot(&self, kind: &BindingKind) -> bool {
        let [one, other] = ["1", "2"].map(|name| kind.for_slot(&self.in_slot(name, name), name));
        one != other
    }

    fn in_slot<'p>(&'p self, name: &'p str, instance: &'p str) -> InSlot<'p> {
        let is_auxiliary = |service: &&Service| matches!(service.kind, ServiceKind::Auxiliary(_));
        let auxiliary = self.services.iter().filter(is_auxiliary).map(|service| service.name.as_str());
        InSlot { name, instance, auxiliary: auxiliary.collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{ServiceTarget, sample};

    #[test]
    fn every_slot_has_its_own_auxiliary_workers() {
        let plan = sample::plan();
        let of = |index: usize| plan.auxiliaries(&plan.test_workers[index]).unwrap();
        let [(definition, mut copy)] = <[_; 1]>::try_from(of(0)).unwrap();
        assert_eq!(definition.name, "auth");
        assert_eq!(copy.name, "auth@api.test.ts");
        assert_ne!(copy, of(1)[0].1);

        let ServiceKind::Worker(worker) = &mut copy.kind else { panic!() };
        assert_eq!(worker.durable_objects[0].unique_key, "auth-Sessions@api.test.ts");
        assert_eq!(worker.tails, [ServiceRef::to("test/api.test.ts")]);
        let kind = |name: &str| &worker.bindings.iter().find(|binding| binding.name == name).unwrap().kind;
        assert_eq!(*kind("USERS"), BindingKind::Kv { id: "users@api.test.ts".into() });
        let BindingKind::Service { target, .. } = kind("ME") else { panic!() };
        assert_eq!(*target, ServiceTarget::Named("auth@api.test.ts".into()));
        let BindingKind::Service { target, .. } = kind("GUESTBOOK") else { panic!() };
        assert_eq!(*target, ServiceTarget::Named("test/api.test.ts".into()));
        let BindingKind::DurableObject { service, .. } = kind("COUNTER") else { panic!() };
        assert_eq!(service.as_deref(), Some("test/api.test.ts"));
    }
}
