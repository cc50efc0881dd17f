//! What the text form says beyond the message: comments, names of constants, and which contents are files.
//!
//! Notes are attached to places of the message, written as field names and list indices with slashes between.

use std::collections::BTreeMap;

use super::{definitions::Definition, identifier::Identifiers, reach::Placed};
use crate::plan::{Binding, BindingKind, ModuleKind, Plan, Provenance, TestWorker, UNDER_TEST, Worker};

/// Texts and JSON values longer than this are not on the page.
const LONG_VALUE: usize = 200;

/// What is known about one place.
#[derive(Default)]
pub(super) struct Note {
    /// Printed beside the value.
    pub(super) comment: Option<String>,
    /// The value becomes this constant. Places with one constant must have one value.
    pub(super) constant: Option<Named>,
    /// The value is the contents of this file, relative to the configuration.
    pub(super) embed: Option<String>,
}

/// A constant to be.
#[derive(Clone)]
pub(super) struct Named {
    /// Its name, unique in both files.
    pub(super) name: String,
    /// Where it is declared.
    pub(super) file: File,
}

/// The files of the text form.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum File {
    /// `workerd.capnp`, for people.
    Page,
    /// `details.capnp`: what the page refers to.
    Details,
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
    /// `definitions` are the Workers that test files have instances of; their notes are below their own places.
    pub(super) fn on(
        plan: &Plan,
        placed: &[Placed<'_>],
        definitions: &[Definition<'_>],
        identifiers: &mut Identifiers,
    ) -> Self {
        let mut notes = Self::default();
        // What all instances of a definition share, by its name in the plan.
        let mut instances: BTreeMap<&str, Shared> = BTreeMap::new();
        for definition in definitions {
            let shared = Shared::claim(&definition.constant, definition.bindings, plan, identifiers);
            notes.definition(plan, definition, &shared);
            instances.insert(definition.name, shared);
        }
        notes.at("sockets".to_owned()).constant = Some(identifiers.detail("sockets"));
        for (index, service) in placed.iter().enumerate() {
            let place = format!("services/{index}");
            match service {
                Placed::Test(instance, worker) => {
                    let place = format!("{place}/worker");
                    notes.worker(&place, worker, None);
                    notes.durable_objects(&place, plan);
                    notes.instance(&place, instances.get(UNDER_TEST));
                    let note = notes.at(place);
                    note.constant = Some(identifiers.detail(&instance.service));
                    note.comment = Some(runs(instance));
                }
                Placed::Auxiliary(definition, copy) => {
                    let place = format!("{place}/worker");
                    if let Some(worker) = service.worker() {
                        notes.worker(&place, worker, Some(&definition.provenance));
                    }
                    notes.instance(&place, instances.get(definition.name.as_str()));
                    notes.at(place).constant = Some(identifiers.detail(&copy.name));
                }
                Placed::Other(other) => {
                    if let Some(worker) = service.worker() {
                        let place = format!("{place}/worker");
                        notes.worker(&place, worker, Some(&other.provenance));
                        let constant = Named { name: identifiers.claim(&other.name), file: File::Page };
                        let modules = identifiers.detail(&format!("{} modules", other.name));
                        notes.at(format!("{place}/modules")).constant = Some(modules);
                        notes.at(place).constant = Some(constant);
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
            note.constant = Some(identifiers.detail(&format!("{} extension", extension.name)));
            note.comment = Some(words(&extension.provenance));
        }
        for (field, flags) in [("v8Flags", &plan.v8_flags), ("autogates", &plan.autogates)] {
            for (index, flag) in flags.iter().enumerate() {
                notes.at(format!("{field}/{index}")).comment = Some(words(&flag.provenance));
            }
        }
        notes
    }

    /// A definition on the page: what is long stands where its instances find it too.
    fn definition(&mut self, plan: &Plan, definition: &Definition<'_>, shared: &Shared) {
        let Definition { place, worker, .. } = definition;
        self.worker(place, worker, definition.provenance);
        if definition.name == UNDER_TEST {
            self.durable_objects(place, plan);
        }
        self.at(format!("{place}/modules")).constant = Some(shared.modules.clone());
        for (index, (binding, constant)) in definition.bindings.iter().zip(&shared.bindings).enumerate() {
            if is_long(&binding.kind) {
                self.at(format!("{place}/bindings/{index}")).constant.clone_from(constant);
            }
        }
        self.at(place.clone()).comment = Some(definition.comment());
    }

    /// An instance: what all instances of its definition share are constants.
    fn instance(&mut self, place: &str, shared: Option<&Shared>) {
        let Some(shared) = shared else { return };
        self.at(format!("{place}/modules")).constant = Some(shared.modules.clone());
        self.at(format!("{place}/compatibilityDate")).constant = Some(shared.date.clone());
        self.at(format!("{place}/compatibilityFlags")).constant = Some(shared.flags.clone());
        for (index, constant) in shared.bindings.iter().enumerate() {
            self.at(format!("{place}/bindings/{index}")).constant.clone_from(constant);
        }
    }

    /// The classes of the Worker under test: its definition says where each is from.
    fn durable_objects(&mut self, place: &str, plan: &Plan) {
        for (index, class) in plan.worker.durable_objects.iter().enumerate() {
            let place = format!("{place}/durableObjectNamespaces/{index}");
            self.at(place).comment = Some(words(&class.provenance));
        }
    }

    /// Comments that say no more than `parent`'s are left out.
    fn worker(&mut self, place: &str, worker: &Worker, parent: Option<&Provenance>) {
        let own = |provenance: &Provenance| (Some(provenance) != parent).then(|| words(provenance));
        for (index, module) in worker.modules.iter().enumerate() {
            let field = match module.kind {
                ModuleKind::ServiceWorker => "serviceWorkerScript".to_owned(),
                kind => format!("modules/{index}/{}", contents_field(kind)),
            };
            self.embed(format!("{place}/{field}"), module.source.path().as_str());
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
        for (index, workflow) in worker.workflows.iter().enumerate() {
            let place = format!("{place}/workflowsEngine/workflows/{index}");
            self.at(place).comment = own(&workflow.provenance);
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

/// The constants that all instances of a Worker refer to.
struct Shared {
    modules: Named,
    date: Named,
    flags: Named,
    /// One per binding; none for a binding that every slot has its own form of.
    bindings: Vec<Option<Named>>,
}

impl Shared {
    fn claim(name: &str, bindings: &[Binding], plan: &Plan, identifiers: &mut Identifiers) -> Self {
        Self {
            modules: identifiers.detail(&format!("{name} modules")),
            date: identifiers.detail(&format!("{name} compatibility date")),
            flags: identifiers.detail(&format!("{name} compatibility flags")),
            bindings: bindings
                .iter()
                .map(|binding| {
                    (!plan.depends_on_slot(&binding.kind))
                        .then(|| identifiers.detail(&format!("{name} {}", binding.name)))
                })
                .collect(),
        }
    }
}

impl Identifiers {
    /// A constant in `details.capnp` whose name resembles `name`.
    fn detail(&mut self, name: &str) -> Named {
        Named { name: self.claim(name), file: File::Details }
    }
}

/// Whether a binding's value would fill the page.
fn is_long(kind: &BindingKind) -> bool {
    match kind {
        BindingKind::Text { value } => value.len() > LONG_VALUE,
        BindingKind::Json { value } => value.to_string().len() > LONG_VALUE,
        _ => false,
    }
}

/// The field of the format that holds a module's contents.
fn contents_field(kind: ModuleKind) -> &'static str {
    match kind {
        ModuleKind::EsModule | ModuleKind::ServiceWorker => "esModule",
        ModuleKind::CommonJs => "commonJsModule",
        ModuleKind::Text => "text",
        ModuleKind::Data => "data",
        ModuleKind::Wasm => "wasm",
        ModuleKind::Json => "json",
    }
}

/// A provenance in words.
pub(super) fn words(provenance: &Provenance) -> String {
    match provenance {
        Provenance::Source { .. } => format!("from {provenance}"),
        Provenance::Rule { .. } => format!("added: {provenance}"),
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
