//! The simulators: Miniflare's published classes, as the modules of one Worker.

mod products;
mod worker;
mod zod;

use camino::Utf8PathBuf;

use crate::{
    cache::{Cache, Content},
    home::{Home, HomeError},
    plan::{
        Binding, BindingKind, Extension, ExtensionModule, Flag, Module, ModuleKind, ModuleSource, Provenance,
        QueueConsumer, SIMULATORS, Service, ServiceKind, ServiceRef, WorkflowExport,
    },
};

use super::{esbuild::EsbuildError, store::Modules};
use products::{Library, LibrarySource, Product, Source};

/// The disk service of the simulators' own storage.
pub const STORAGE: &str = "wpt:storage";
/// The disk service of the tested Worker's Durable Objects.
pub const OBJECTS: &str = "wpt:objects";

/// The simulators' entrypoints for the Cache API: with caches, and with none.
pub const CACHE: &str = "Cache";
/// Answers that nothing is cached, ever.
pub const NO_CACHE: &str = "NoCache";

/// A Worker that may need simulators.
#[derive(Clone, Debug)]
pub struct Client<'a> {
    /// Its service.
    pub service: &'a str,
    /// What it is bound to.
    pub bindings: &'a [Binding],
    /// The queues whose messages it gets.
    pub queue_consumers: &'a [QueueConsumer],
    /// Who answers its Cache API.
    pub cache_api_outbound: Option<&'a ServiceRef>,
    /// Its Durable Object classes; workerd has them itself, but `reset()` clears them.
    pub classes: Vec<&'a str>,
    /// Its compatibility flags.
    pub flags: &'a [Flag],
    /// The workflows on its `ctx.exports`.
    pub workflows: &'a [WorkflowExport],
}

impl Client<'_> {
    /// Whether simulators call it of themselves: with messages of queues, and steps of workflows.
    pub fn has_events(&self) -> bool {
        let is_workflow = |binding: &Binding| matches!(binding.kind, BindingKind::Workflow { .. });
        !self.queue_consumers.is_empty()
            || !self.workflows.is_empty()
            || self.bindings.iter().any(is_workflow)
    }
}

/// What serves a project's simulated products.
#[derive(Debug, Default)]
pub struct Simulators {
    /// The services.
    pub services: Vec<Service>,
    /// Modules that they and the bindings need.
    pub extensions: Vec<Extension>,
}

impl Simulators {
    /// Whether there is any state that can be cleared.
    pub fn have_worker(&self) -> bool {
        !self.services.is_empty()
    }
}

/// Why the simulators cannot be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SimulatorsError {
    /// Miniflare is not installed.
    #[error(transparent)]
    Home(#[from] HomeError),
    /// Miniflare does not have a script that its pinned version has.
    #[error("cannot read Miniflare's {path}: {error}")]
    Script {
        /// The script.
        path: Utf8PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// zod cannot be bundled for them.
    #[error("cannot bundle zod for the simulators: {0}")]
    Bundle(#[from] EsbuildError),
    /// The cache folder cannot be used.
    #[error("cannot write to the cache folder: {0}")]
    Cache(std::io::Error),
    /// The entry module's template is wrong.
    #[error("cannot write the simulators' entry module: {0}")]
    Template(#[from] minijinja::Error),
}

/// How `cloudflare:test` controls the simulators.
#[derive(Clone, Copy, Debug)]
pub struct Control<'a> {
    /// The module of its entrypoint.
    pub module: &'a Content,
    /// Whether it ends Durable Objects of the clients' classes too.
    pub ends_objects: bool,
}

/// Services and extensions that serve `clients`; nothing if they need none.
///
/// # Errors
/// See [`SimulatorsError`].
pub fn plan(
    clients: &[Client<'_>],
    control: Option<Control<'_>>,
    home: &Home,
    cache: &Cache,
    modules: &mut Modules,
) -> Result<Simulators, SimulatorsError> {
    let products = needed(clients);
    let durable_objects = clients.iter().any(|client| !client.classes.is_empty());
    if products.is_empty() && !durable_objects {
        return Ok(Simulators::default());
    }
    let scripts = Scripts::of(home)?;
    let because = Provenance::rule("simulators", "the project has bindings that only Cloudflare has");
    let mut found = Simulators { services: vec![], extensions: vec![] };
    if durable_objects || products.iter().any(|product| product.adapter.is_some()) {
        let simulators = worker::Simulated { clients, products: &products, control, because: &because };
        let worker = simulators.worker(&scripts, modules)?;
        let has_storage = worker.durable_object_storage.is_some();
        found.services.push(Service {
            name: SIMULATORS.to_owned(),
            kind: ServiceKind::Worker(Box::new(worker)),
            provenance: because.clone(),
        });
        if has_storage {
            found.services.push(disk_service(STORAGE, "storage/simulators"));
        }
    }
    if durable_objects {
        found.services.push(disk_service(OBJECTS, "storage/objects"));
    }
    let mut libraries: Vec<&Library> = products.iter().flat_map(|product| product.extensions).collect();
    libraries.sort_unstable();
    libraries.dedup();
    let extension_modules = libraries
        .into_iter()
        .map(|Library { name, internal, file, source }| {
            let content = match source {
                LibrarySource::Script(source) => scripts.take(*source)?.into(),
                LibrarySource::Zod => zod::bundle(home, cache)?,
            };
            let source = modules.file(&format!("simulators/{file}"), content);
            Ok(ExtensionModule { name: (*name).to_owned(), internal: *internal, source })
        })
        .collect::<Result<Vec<_>, SimulatorsError>>()?;
    if !extension_modules.is_empty() {
        let name = "miniflare".to_owned();
        found.extensions.push(Extension { name, modules: extension_modules, provenance: because });
    }
    Ok(found)
}

/// The products that `clients` need.
fn needed(clients: &[Client<'_>]) -> Vec<&'static Product> {
    let bindings: Vec<&Binding> = clients.iter().flat_map(|client| client.bindings).collect();
    let caches: Vec<&str> = clients
        .iter()
        .filter_map(|client| client.cache_api_outbound)
        .filter_map(|cache| cache.entrypoint.as_deref())
        .collect();
    let workflows = clients.iter().any(|client| !client.workflows.is_empty());
    products::needed(&bindings, &caches, workflows)
}

/// Miniflare's published scripts.
pub(super) struct Scripts {
    folder: Utf8PathBuf,
}

impl Scripts {
    /// The scripts of the installed package.
    pub(super) fn of(home: &Home) -> Result<Self, HomeError> {
        Ok(Self { folder: home.package("miniflare")?.join("dist/src/workers") })
    }

    fn take(&self, source: Source) -> Result<Vec<u8>, SimulatorsError> {
        match source {
            Source::Own(text) => Ok(text.as_bytes().to_vec()),
            Source::Miniflare(script) => self.read(script),
        }
    }

    pub(super) fn read(&self, script: &str) -> Result<Vec<u8>, SimulatorsError> {
        let path = self.folder.join(script);
        std::fs::read(&path).map_err(|error| SimulatorsError::Script { path, error })
    }
}

fn disk_service(name: &str, path: &str) -> Service {
    Service {
        name: name.to_owned(),
        kind: ServiceKind::Disk { writable: true, path: format!(".wpt/{path}").into() },
        provenance: Provenance::rule("storage", "a private folder for each process, removed when it ends"),
    }
}

impl Modules {
    /// Adds contents at `path` and refers to them as an ES module.
    pub(crate) fn module(&mut self, name: &str, path: &str, content: impl Into<Content>) -> Module {
        Module { name: name.to_owned(), kind: ModuleKind::EsModule, source: self.file(path, content) }
    }

    /// Adds contents at `path`, relative to `.wpt/modules`.
    pub fn file(&mut self, path: &str, content: impl Into<Content>) -> ModuleSource {
        let content = content.into();
        let source = ModuleSource::file(path, &content.hash()[..16]);
        self.insert(path, content);
        source
    }
}
