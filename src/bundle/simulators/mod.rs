//! The simulators: Miniflare's published classes, as the modules of one Worker.

mod products;

use camino::Utf8PathBuf;
use minijinja::context;

use crate::{
    cache::hash,
    home::{Home, HomeError},
    plan::{
        Binding, BindingKind, CompatibilityDate, DurableObjectNamespace, Extension, ExtensionModule, Flag,
        Module, ModuleKind, ModuleSource, Provenance, SIMULATORS, Service, ServiceKind, ServiceTarget,
        Worker,
    },
};

use super::store::Modules;
use products::Library;

pub use products::Products;

/// The disk service of the simulators' own storage.
pub const STORAGE: &str = "wpt:storage";
/// The disk service of the tested Worker's Durable Objects.
pub const OBJECTS: &str = "wpt:objects";

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
    /// The entry module's template is wrong.
    #[error("cannot write the simulators' entry module: {0}")]
    Template(#[from] minijinja::Error),
}

/// The date and flags that Miniflare gives its own objects.
const DATE: &str = "2023-07-24";
const FLAGS: [&str; 4] = ["nodejs_compat", "experimental", "enhanced_error_serialization", "unsafe_module"];

/// Services and extensions that serve `products`; nothing if there are none.
///
/// # Errors
/// See [`SimulatorsError`].
pub fn plan(
    products: &Products,
    control: &[u8],
    home: &Home,
    modules: &mut Modules,
) -> Result<(Vec<Service>, Vec<Extension>), SimulatorsError> {
    if products.is_empty() {
        return Ok((vec![], vec![]));
    }
    let scripts = Scripts::of(home)?;
    let because = Provenance::rule("simulators", "the project has storage bindings");
    let worker = worker(products, control, &scripts, &because, modules)?;
    let mut services = vec![Service {
        name: SIMULATORS.to_owned(),
        kind: ServiceKind::Worker(Box::new(worker)),
        provenance: because.clone(),
    }];
    if products.have_classes() {
        services.push(disk_service(STORAGE, "storage/simulators"));
    }
    if products.durable_objects {
        services.push(disk_service(OBJECTS, "storage/objects"));
    }
    let extension_modules = products
        .libraries()
        .map(|Library { name, file, script }| {
            let source = modules.file(&format!("simulators/{file}"), scripts.read(script)?);
            Ok(ExtensionModule { name: (*name).to_owned(), internal: false, source })
        })
        .collect::<Result<Vec<_>, SimulatorsError>>()?;
    if extension_modules.is_empty() {
        return Ok((services, vec![]));
    }
    let extension =
        Extension { name: "miniflare".to_owned(), modules: extension_modules, provenance: because };
    Ok((services, vec![extension]))
}

/// The Worker that holds all classes.
fn worker(
    products: &Products,
    control: &[u8],
    scripts: &Scripts,
    because: &Provenance,
    modules: &mut Modules,
) -> Result<Worker, SimulatorsError> {
    let names: Vec<&str> = products.iter().map(|product| product.name).collect();
    let entry = minijinja::Environment::new()
        .render_str(include_str!("../../../templates/simulators.js"), context! { products => names })?;
    let mut own_modules = vec![
        modules.module("simulators.js", "simulators/simulators.js", entry.into_bytes()),
        modules.module("control.js", "simulators/control.js", control.to_vec()),
    ];
    let binding =
        |name: &str, kind: BindingKind| Binding { name: name.to_owned(), kind, provenance: because.clone() };
    let disk = |name: &str, service: &str| {
        let target = ServiceTarget::Named(service.to_owned());
        binding(name, BindingKind::Service { target, entrypoint: None, props: None })
    };
    let mut bindings = vec![];
    let mut durable_objects = vec![];
    for product in products.iter() {
        for (name, script) in product.scripts {
            own_modules.push(modules.module(name, &format!("simulators/{name}"), scripts.read(script)?));
        }
        let Some(class) = &product.class else { continue };
        let kind = BindingKind::DurableObject { class: class.name.to_owned(), service: None };
        bindings.push(binding(class.name, kind));
        durable_objects.push(DurableObjectNamespace {
            class: class.name.to_owned(),
            unique_key: format!("miniflare-{}", class.name),
            sqlite: true,
            prevent_eviction: class.pinned,
        });
    }
    if products.have_classes() {
        bindings.push(disk("MINIFLARE_BLOBS", STORAGE));
    }
    if products.durable_objects {
        bindings.push(disk("OBJECTS", OBJECTS));
    }
    Ok(Worker {
        modules: own_modules,
        compatibility_date: CompatibilityDate { date: DATE.to_owned(), provenance: because.clone() },
        compatibility_flags: FLAGS
            .iter()
            .map(|name| Flag { name: (*name).to_owned(), provenance: because.clone() })
            .collect(),
        bindings,
        durable_object_storage: (!durable_objects.is_empty()).then(|| STORAGE.to_owned()),
        durable_objects,
        global_outbound: None,
        cache_api_outbound: None,
        tails: vec![],
        streaming_tails: vec![],
    })
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
    pub(crate) fn module(&mut self, name: &str, path: &str, content: Vec<u8>) -> Module {
        Module { name: name.to_owned(), kind: ModuleKind::EsModule, source: self.file(path, content) }
    }

    /// Adds contents at `path`, relative to `.wpt/modules`.
    pub fn file(&mut self, path: &str, content: Vec<u8>) -> ModuleSource {
        let hash = &hash(&content)[..16];
        self.insert(path, content, hash.to_owned());
        ModuleSource::file(path, hash)
    }
}
