//! What the text form says beyond the message: comments, names of constants, and which contents are files.
//!
//! Notes are attached to places of the message, written as field names and list indices with slashes between.

use std::collections::BTreeMap;

use super::{identifier::Identifiers, reach::Placed};
use crate::plan::{BindingKind, DEFINITION_SLOT, Module, ModuleKind, Plan, Provenance, TestWorker, Worker};

/// The name of the constant that defines the Worker under test, and the place of its notes.
pub(super) const DEFINITION: &str = "worker";

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
    /// Those on `definition`, the Worker under test, are below [`DEFINITION`].
    pub(super) fn on(plan: &Plan, placed: &[Placed<'_>], definition: &Worker) -> Self {
        let mut notes = Self::default();
        let mut identifiers = Identifiers::new();
        let shared = Shared::claim(plan, &mut identifiers);
        notes.definition(plan, definition, &shared);
        notes.at("sockets".to_owned()).constant = Some(identifiers.detail("sockets"));
        for (index, service) in placed.iter().enumerate() {
            let place = format!("services/{index}");
            match service {
                Placed::Test(instance, worker) => {
                    let place = format!("{place}/worker");
                    notes.test_worker(&place, plan, instance, worker, &shared);
                    notes.at(place).constant = Some(identifiers.detail(&instance.service));
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

    /// The definition that all test Workers are instances of: what is long is shared with them.
    fn definition(&mut self, plan: &Plan, worker: &Worker, shared: &Shared) {
        let place = DEFINITION;
        self.worker(place, worker, None);
        self.durable_objects(place, plan);
        self.at(format!("{place}/modules")).constant = Some(shared.modules.clone());
        for (index, (binding, constant)) in plan.worker.bindings.iter().zip(&shared.bindings).enumerate() {
            if is_long(&binding.kind) {
                self.at(format!("{place}/bindings/{index}")).constant.clone_from(constant);
            }
        }
        let name = &plan.worker.name;
        self.at(place.to_owned()).comment = Some(format!(
            "The Worker under test. Each test file runs an instance of it, with its own service for `{name}` and its own \
             state for `{DEFINITION_SLOT}`."
        ));
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
        self.at(format!("{place}/modules")).constant = Some(shared.modules.clone());
        self.at(format!("{place}/compatibilityDate")).constant = Some(shared.date.clone());
        self.at(format!("{place}/compatibilityFlags")).constant = Some(shared.flags.clone());
        for (index, name) in shared.bindings.iter().enumerate() {
            self.at(format!("{place}/bindings/{index}")).constant.clone_from(name);
        }
        self.durable_objects(place, plan);
        self.at(place.to_owned()).comment = Some(runs(instance));
    }

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

/// The constants that all test Workers refer to.
struct Shared {
    modules: Named,
    date: Named,
    flags: Named,
    /// One per binding; none for a binding that every slot has its own form of.
    bindings: Vec<Option<Named>>,
}

impl Shared {
    fn claim(plan: &Plan, identifiers: &mut Identifiers) -> Self {
        identifiers.claim(DEFINITION);
        Self {
            modules: identifiers.detail("worker modules"),
            date: identifiers.detail("worker compatibility date"),
            flags: identifiers.detail("worker compatibility flags"),
            bindings: (plan.worker.bindings.iter())
                .map(|binding| {
                    (!binding.kind.depends_on_slot())
                        .then(|| identifiers.detail(&format!("binding {}", binding.name)))
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
