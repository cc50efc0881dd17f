//! The services that answer for a Worker's assets.

use serde_json::Value;

use super::{Assets, manifest};
use crate::{
    bundle::{
        simulators::{Scripts, SimulatorsError},
        store::Modules,
    },
    home::Home,
    plan::{
        Binding, BindingKind, CompatibilityDate, Flag, Module, ModuleKind, Provenance, Service, ServiceKind,
        ServiceTarget, Worker,
    },
};

/// The date and flags that Miniflare gives the asset Worker.
const DATE: &str = "2024-07-31";
const FLAGS: [&str; 2] = ["nodejs_compat", "enable_ctx_exports"];

/// The service that answers for the assets of the Worker under test, or of another one.
pub fn service_name(worker: Option<&str>) -> String {
    worker.map_or_else(|| "wpt:assets".to_owned(), |name| format!("wpt:assets:{name}"))
}

impl Assets {
    /// The asset Worker and its folder.
    ///
    /// # Errors
    /// Miniflare is not installed.
    pub fn services(
        &self,
        worker: Option<&str>,
        home: &Home,
        modules: &mut Modules,
    ) -> Result<Vec<Service>, SimulatorsError> {
        let because = Provenance::rule("assets", "the Worker has static assets");
        let name = service_name(worker);
        let folder = format!("{name}:folder");
        let asset_worker = self.asset_worker(worker, &folder, home, &because, modules)?;
        let mut services = vec![Service {
            name,
            kind: ServiceKind::Worker(Box::new(asset_worker)),
            provenance: because.clone(),
        }];
        services.extend(self.directory.clone().map(|path| Service {
            name: folder,
            kind: ServiceKind::Folder { path },
            provenance: because,
        }));
        Ok(services)
    }

    fn asset_worker(
        &self,
        worker: Option<&str>,
        folder: &str,
        home: &Home,
        because: &Provenance,
        modules: &mut Modules,
    ) -> Result<Worker, SimulatorsError> {
        let script = Scripts::of(home)?.read("assets/assets.worker.js")?;
        let entry = include_str!("../../../templates/assets.js").as_bytes().to_vec();
        let own = worker.map_or_else(|| "assets".to_owned(), |name| format!("assets/{name}"));
        let index = manifest::index(&self.files).to_string().into_bytes();
        let index = modules.file(&format!("{own}/files.json"), index);
        let listed = modules.file(&format!("{own}/manifest.bin"), manifest::encode(&self.files));
        let binding = |name: &str, kind| Binding { name: name.to_owned(), kind, provenance: because.clone() };
        let mut bindings = vec![
            binding("CONFIG", BindingKind::Json { value: self.config.clone() }),
            binding("ASSETS_MANIFEST", BindingKind::DataModule { source: listed }),
        ];
        if self.directory.is_some() {
            let target = ServiceTarget::Named(folder.to_owned());
            bindings.push(binding("FOLDER", BindingKind::Service { target, entrypoint: None, props: None }));
        }
        Ok(Worker {
            modules: vec![
                modules.module("assets.js", "assets/assets.js", entry),
                modules.module("asset-worker.js", "assets/asset-worker.js", script),
                Module { name: "files.json".to_owned(), kind: ModuleKind::Json, source: index },
            ],
            compatibility_date: CompatibilityDate { date: DATE.to_owned(), provenance: because.clone() },
            compatibility_flags: FLAGS
                .iter()
                .map(|name| Flag { name: (*name).to_owned(), provenance: because.clone() })
                .collect(),
            bindings,
            durable_objects: vec![],
            durable_object_storage: None,
            global_outbound: None,
            cache_api_outbound: None,
            tails: vec![],
            streaming_tails: vec![],
            slot_bindings: vec![],
        })
    }

    /// The router's configuration.
    pub fn router(&self) -> &Value {
        &self.router
    }
}
