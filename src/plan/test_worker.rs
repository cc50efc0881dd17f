//! Test Workers: the Worker under test, once per group of test files.
//!
//! A test Worker is one workerd service, so one isolate. Its *slots* are what test files run in, one after another: each
//! finds KV namespaces, databases and Durable Objects empty. A test Worker of several slots has names of its own for its
//! state, one of a single slot has the slot's.

use camino::Utf8PathBuf;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{DurableObjectNamespace, Plan, Worker};

/// What stands for a slot's name in the definition of the Worker under test.
pub const DEFINITION_SLOT: &str = "SLOT";

/// An instance of the Worker under test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TestWorker {
    /// The service's name, unique in the plan.
    pub service: String,
    /// Its slots; none if it takes any of another's.
    pub slots: Vec<Slot>,
}

/// One set of state, and the test files that share it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Slot {
    /// Unique in the plan; letters and digits of ASCII, `.`, `_` and `-`, because it becomes part of file names.
    pub name: String,
    /// The Vitest project that the files belong to; empty if it has no name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub project: String,
    /// The test files, relative to the project root; one, unless isolation is off.
    #[schemars(with = "Vec<String>")]
    pub test_files: Vec<Utf8PathBuf>,
}

/// A test Worker that cannot be made concrete: a mistake in whatever made the plan.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum InstantiateError {
    /// A slot name that cannot be part of a file name.
    #[error("the slot name `{slot}` is not made of ASCII letters, digits, `.`, `_` and `-` only")]
    SlotName {
        /// The name.
        slot: String,
    },
}

impl Plan {
    /// A test Worker of no file, for showing what all have in common: the Worker's own name and [`DEFINITION_SLOT`]
    /// stand for what each has of its own.
    pub fn definition(&self) -> TestWorker {
        let slot = Slot { name: DEFINITION_SLOT.to_owned(), project: String::new(), test_files: vec![] };
        TestWorker { service: self.worker.name.clone(), slots: vec![slot] }
    }

    /// The concrete definition of a test Worker: every namespace and unique key is its slot's own, and bindings to
    /// the Worker itself reach the instance.
    ///
    /// # Errors
    /// The name of its state is not fit for file names.
    pub fn instantiate(&self, instance: &TestWorker) -> Result<Worker, InstantiateError> {
        let slot = self.slot(instance)?;
        let definition = &self.worker;
        Ok(Worker {
            modules: definition.modules.clone(),
            compatibility_date: definition.compatibility_date.clone(),
            compatibility_flags: definition.compatibility_flags.clone(),
            bindings: slot.bindings(&definition.bindings, &instance.service),
            durable_objects: definition
                .durable_objects
                .iter()
                .map(|class| DurableObjectNamespace {
                    class: class.class.clone(),
                    unique_key: slot.namespace(&class.class),
                    sqlite: class.sqlite,
                    prevent_eviction: false,
                    // Without Docker workerd makes no object of such a class; the runner stands in for containers.
                    container: None,
                })
                .collect(),
            workflows: slot.workflows(&definition.workflows),
            durable_object_storage: definition.durable_object_storage.clone(),
            global_outbound: definition.global_outbound.as_ref().map(|outbound| slot.reference(outbound)),
            cache_api_outbound: definition.cache_api_outbound.as_ref().map(|cache| slot.reference(cache)),
            tails: slot.references(&definition.tails),
            streaming_tails: slot.references(&definition.streaming_tails),
            slot_bindings: vec![],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Binding, BindingKind, InnerBinding, Provenance, ServiceTarget, sample};

    #[test]
    fn state_belongs_to_the_slot_and_self_is_the_instance() {
        let mut plan = sample::plan();
        plan.worker.bindings.push(Binding {
            name: "LIMIT".into(),
            kind: BindingKind::Wrapped {
                module: "m:limit".into(),
                entrypoint: None,
                inner: vec![InnerBinding { name: "kv".into(), kind: BindingKind::Kv { id: "l".into() } }],
            },
            provenance: Provenance::source("wrangler.jsonc", 1),
        });
        let worker = plan.instantiate(&plan.test_workers[0]).unwrap();
        let kind = |name: &str| &worker.bindings.iter().find(|b| b.name == name).unwrap().kind;

        assert_eq!(*kind("NOTES"), BindingKind::Kv { id: "notes@api.test.ts".into() });
        assert_eq!(*kind("DB"), BindingKind::D1 { id: "main-db@api.test.ts".into() });
        let BindingKind::Service { target, .. } = kind("SELF") else { panic!() };
        assert_eq!(*target, ServiceTarget::Named("test/api.test.ts".into()));
        let BindingKind::Wrapped { inner, .. } = kind("LIMIT") else { panic!() };
        assert_eq!(inner[0].kind, BindingKind::Kv { id: "l@api.test.ts".into() });
        assert_eq!(worker.durable_objects[0].unique_key, "Counter@api.test.ts");
    }

    #[test]
    fn what_is_not_state_is_the_same_in_every_slot() {
        let plan = sample::plan();
        let [a, b] = [0, 1].map(|i| plan.instantiate(&plan.test_workers[i]).unwrap());
        assert_eq!(a.modules, b.modules);
        assert_eq!(a.compatibility_flags, b.compatibility_flags);
        for (definition, (a, b)) in plan.worker.bindings.iter().zip(a.bindings.iter().zip(&b.bindings)) {
            assert_eq!(plan.depends_on_slot(&definition.kind), a != b, "{}", definition.name);
        }
    }

    #[test]
    fn instances_are_the_definition_with_names_of_their_own() {
        let plan = sample::plan();
        let definition = serde_json::to_string(&plan.instantiate(&plan.definition()).unwrap()).unwrap();
        assert!(definition.contains("notes@SLOT") && definition.contains("Counter@SLOT"));
        for test in &plan.test_workers {
            let slot = &test.slots[0].name;
            let instance = serde_json::to_string(&plan.instantiate(test).unwrap()).unwrap();
            let own = instance
                .replace(&format!("@{slot}"), "@SLOT")
                .replace(&format!("\"named\":\"{}\"", test.service), "\"named\":\"guestbook\"");
            assert_eq!(own, definition);
        }
    }

    #[test]
    fn unfit_slots_are_errors() {
        let plan = sample::plan();
        let slot = Slot { name: "a/b".into(), project: String::new(), test_files: vec![] };
        let worker = TestWorker { service: "t".into(), slots: vec![slot] };
        insta::assert_snapshot!(
            plan.instantiate(&worker).unwrap_err(),
            @"the slot name `a/b` is not made of ASCII letters, digits, `.`, `_` and `-` only"
        );
    }
}
