//! What the text form says beyond the message: comments, names of constants, and which contents are files.
//!
//! Notes are attached to places of the message, written as field names and list indices with slashes between.

use std::collections::BTreeMap;

use super::{
    identifier::Identifiers,
    reach::{Placed, worker_of},
};
use crate::plan::{Binding, BindingKind, Module, ModuleKind, Plan, Provenance, TestWorker, Worker};

/// What is known about one place.
#[derive(Default)]
pub(super) struct Note {
    /// Printed beside the value.
    pub(super) comment: Option<String>,
    /// The value becomes a constant of this name. Places with one name must have one value.
    pub(super) constant: Option<String>,
    /// The value is the contents of this file, relative to the configuration.
    pub(super) embed: Option<String>,
}

/// Notes by place.
#[derive(Default)]
pub(super) struct Notes(BTreeMap<String, Note>);

impl Notes {
    /// What is known about `place`.
    pub(super) fn get(&self, place: &str) -> Option<&Note> {
        self.0.get(place)
    }

    fn at(&mut self, place: String) -> &mut Note {
        self.0.entry(place).or_default()
    }

    /// The notes on the message that [`super::message::build`] makes of the same `plan` and `placed`.
    pub(super) fn on(plan: &Plan, placed: &[Placed<'_>]) -> Self {
        let mut notes = Self::default();
        let mut identifiers = Identifiers::new();
        let shared = Shared::claim("worker", &plan.worker.bindings, plan, &mut identifiers);
        // What all copies of an auxiliary Worker share, by the definition's name.
        let mut auxiliary: BTreeMap<&str, Shared> = BTreeMap::new();
        for (index, service) in placed.iter().enumerate() {
            let place = format!("services/{index}");
            match service {
                Placed::Test(instance, worker) => {
                    let place = format!("{place}/worker");
                    notes.test_worker(&place, plan, instance, worker, &shared);
                    notes.at(place).constant = Some(identifiers.claim(&instance.service));
                }
                Placed::Auxiliary(definition, copy) => {
                    let (Some(worker), Some(original)) = (service.worker(), worker_of(definition)) else {
                        continue;
                    };
                    let place = format!("{place}/worker");
                    let shared = auxiliary.entry(&definition.name).or_insert_with(|| {
                        Shared::claim(&definition.name, &original.bindings, plan, &mut identifiers)
                    });
                    notes.worker(&place, worker, Some(&definition.provenance));
                    notes.shared(&place, shared);
                    let note = notes.at(place);
                    note.constant = Some(identifiers.claim(&copy.name));
                    note.comment = Some(words(&definition.provenance));
                }
                Placed::Other(other) => {
                    if let Some(worker) = service.worker() {
                        let place = format!("{place}/worker");
                        notes.worker(&place, worker, Some(&other.provenance));
                        notes.at(place).constant = Some(identifiers.claim(&other.name));
                    }
                    notes.at(place).comment = Some(words(&other.provenance));
                }
            }
        }
        for (index, extension) in plan.extensions.iter().enumerate() {
            let place = format!("extensions/{index}");
            for (index, module) in extension.modules.iter().enumerate() {
                notes.embed(format!("{place}/modules/{index}/esModule"), module.source.path().as_str());
            }
            let note = notes.at(place);
            note.constant = Some(identifiers.claim(&format!("{} extension", extension.name)));
            note.comment = Some(words(&extension.provenance));
        }
        for (field, flags) in [("v8Flags", &plan.v8_flags), ("autogates", &plan.autogates)] {
            for (index, flag) in flags.iter().enumerate() {
                notes.at(format!("{field}/{index}")).comment = Some(words(&flag.provenance));
            }
        }
        notes
    }

    /// A test Worker: as any Worker, but what all test Workers share is a constant.
    fn test_worker(
        &mut self,
        place: &str,
        plan: &Plan,
        instance: &TestWorker,
        worker: &Worker,
        shared: &Shared,
    ) {
        self.worker(place, worker, None);
        self.shared(place, shared);
        for (index, class) in plan.worker.durable_objects.iter().enumerate() {
            let place = format!("{place}/durableObjectNamespaces/{index}");
            self.at(place).comment = Some(words(&class.provenance));
        }
        self.at(place.to_owned()).comment = Some(runs(instance));
    }

    /// What several Workers share are constants.
    fn shared(&mut self, place: &str, shared: &Shared) {
        self.at(format!("{place}/modules")).constant = Some(shared.modules.clone());
        self.at(format!("{place}/compatibilityDate")).constant = Some(shared.date.clone());
        self.at(format!("{place}/compatibilityFlags")).constant = Some(shared.flags.clone());
        for (index, name) in shared.bindings.iter().enumerate() {
            self.at(format!("{place}/bindings/{index}")).constant.clone_from(name);
        }
    }

    /// Comments that say no more than `parent`'s are left out.
    fn worker(&mut self, place: &str, worker: &Worker, parent: Option<&Provenance>) {
        let own = |provenance: &Provenance| (Some(provenance) != parent).then(|| words(provenance));
        for (index, module) in worker.modules.iter().enumerate() {
            self.embed(
                format!("{place}/modules/{index}/{}", contents_field(module)),
                module.source.path().as_str(),
            );
        }
        self.at(format!("{place}/compatibilityDate")).comment = own(&worker.compatibility_date.provenance);
        for (index, flag) in worker.compatibility_flags.iter().enumerate() {
            self.at(format!("{place}/compatibilityFlags/{index}")).comment = own(&flag.provenance);
        }
        for (index, binding) in worker.bindings.iter().enumerate() {
            let place = format!("{place}/bindings/{index}");
            self.binding(&place, &binding.kind);
            self.at(place).comment = own(&binding.provenance);
        }
    }

    fn binding(&mut self, place: &str, kind: &BindingKind) {
        match kind {
            BindingKind::TextModule { source } => self.embed(format!("{place}/text"), source.path().as_str()),
            BindingKind::DataModule { source } => self.embed(format!("{place}/data"), source.path().as_str()),
            BindingKind::WasmModule { source } => {
                self.embed(format!("{place}/wasmModule"), source.path().as_str());
            }
            BindingKind::Wrapped { inner, .. } => {
                for (index, part) in inner.iter().enumerate() {
                    self.binding(&format!("{place}/wrapped/innerBindings/{index}"), &part.kind);
                }
            }
            _ => {}
        }
    }

    fn embed(&mut self, place: String, path: &str) {
        self.at(place).embed = Some(format!("modules/{path}"));
    }
}

/// The names of the constants that all copies of a Worker refer to.
struct Shared {
    modules: String,
    date: String,
    flags: String,
    /// One per binding; none for a binding that every slot has its own form of.
    bindings: Vec<Option<String>>,
}

impl Shared {
    fn claim(name: &str, bindings: &[Binding], plan: &Plan, identifiers: &mut Identifiers) -> Self {
        let prefix = if name == "worker" { String::new() } else { format!("{name} ") };
        Self {
            modules: identifiers.claim(&format!("{name} modules")),
            date: identifiers.claim(&format!("{name} compatibility date")),
            flags: identifiers.claim(&format!("{name} compatibility flags")),
            bindings: bindings
                .iter()
                .map(|binding| {
                    (!plan.depends_on_slot(&binding.kind))
                        .then(|| identifiers.claim(&format!("{prefix}binding {}", binding.name)))
                })
                .collect(),
        }
    }
}

/// The field of the format that holds a module's contents.
fn contents_field(module: &Module) -> &'static str {
    match module.kind {
        ModuleKind::EsModule => "esModule",
        ModuleKind::CommonJs => "commonJsModule",
        ModuleKind::Text => "text",
        ModuleKind::Data => "data",
        ModuleKind::Wasm => "wasm",
        ModuleKind::Json => "json",
    }
}

/// A provenance in words.
fn words(provenance: &Provenance) -> String {
    match provenance {
        Provenance::Source { file, line } => format!("from {file}:{line}"),
        Provenance::Rule { rule, reason } => format!("added: {reason} ({rule})"),
    }
}

/// Which test files a test Worker runs; many are not all named.
fn runs(instance: &TestWorker) -> String {
    const NAMED: usize = 3;
    let files: Vec<_> = instance.slots.iter().flat_map(|slot| &slot.test_files).collect();
    let named = files.iter().take(NAMED).map(|file| file.as_str()).collect::<Vec<_>>().join(", ");
    match files.len().saturating_sub(NAMED) {
        0 => format!("Runs {named}."),
        more => format!("Runs {named} and {more} more."),
    }
}
