//! The services that answer for a Worker's assets.

use super::{Assets, manifest};
use crate::{
    bundle::{
        simulators::{Scripts, SimulatorsError},
        store::Modules,
    },
    home::Home,
    plan::{BindingKind, Module, ModuleKind, Provenance, Service, ServiceKind, ServiceTarget, Worker},
};

/// The date and flags that Miniflare gives the asset Worker.
const DATE: &str = "2024-07-31";
const FLAGS: [&str; 2] = ["nodejs_compat", "enable_ctx_exports"];
/// The date and flags that Miniflare gives the router and its proxy.
const ROUTER_DATE: &str = "2024-08-01";
const ROUTER_FLAGS: [&str; 4] =
    ["nodejs_compat", "no_nodejs_compat_v2", "enable_ctx_exports", "service_binding_extra_handlers"];

/// The service that answers for the assets of the Worker under test, or of another one.
pub fn service_name(worker: Option<&str>) -> String {
    worker.map_or_else(|| "wpt:assets".to_owned(), |name| format!("wpt:assets:{name}"))
}

impl Assets {
    /// The asset Worker, as the service `name`, and its folder.
    ///
    /// # Errors
    /// Miniflare is not installed.
    pub fn services(
        &self,
        name: &str,
        home: &Home,
        modules: &mut Modules,
    ) -> Result<Vec<Service>, SimulatorsError> {
        let because = Provenance::rule("assets", "the Worker has static assets");
        let folder = format!("{name}:folder");
        let script = Scripts::of(home)?.read("assets/assets.worker.js")?;
        let entry = include_str!("../../../templates/assets.js").as_bytes().to_vec();
        let own = name.trim_start_matches("wpt:").replace(':', "/");
        let index = manifest::index(&self.files).to_string().into_bytes();
        let index = modules.file(&format!("{own}/files.json"), index);
        let listed = modules.file(&format!("{own}/manifest.bin"), manifest::encode(&self.files));
        let mut bindings = vec![
            ("CONFIG", BindingKind::Json { value: self.config.clone() }),
            ("ASSETS_MANIFEST", BindingKind::DataModule { source: listed }),
        ];
        if self.directory.is_some() {
            bindings.push(("FOLDER", service(ServiceTarget::Named(folder.clone()), None)));
        }
        let own_modules = vec![
            modules.module("assets.js", "assets/assets.js", entry),
            modules.module("asset-worker.js", "assets/asset-worker.js", script),
            Module { name: "files.json".to_owned(), kind: ModuleKind::Json, source: index },
        ];
        let asset_worker = Worker::of_rule(own_modules, DATE, &FLAGS, bindings, &because);
        let mut services = vec![Service {
            name: name.to_owned(),
            kind: ServiceKind::Worker(Box::new(asset_worker)),
            provenance: because.clone(),
        }];
        services.extend(self.directory.clone().map(|path| Service {
            name: folder,
            kind: ServiceKind::Folder { path, writable: false },
            provenance: because,
        }));
        Ok(services)
    }

    /// The router of the Worker that is the service `user_worker`; `name` is the asset Worker's service. Every slot has its
    /// own, because the Worker is the slot's.
    ///
    /// # Errors
    /// Miniflare is not installed.
    pub fn router(
        &self,
        name: &str,
        user_worker: &str,
        home: &Home,
        modules: &mut Modules,
    ) -> Result<Service, SimulatorsError> {
        let reason = "assets come before the Worker where it is bound as a service";
        let because = Provenance::rule("assets-router", reason);
        let scripts = Scripts::of(home)?;
        let entry = include_str!("../../../templates/assets-router.js").as_bytes().to_vec();
        let mut own_modules = vec![modules.module("router.js", "assets/router.js", entry)];
        for (module, script) in [("rpc-proxy.js", "rpc-proxy"), ("router-worker.js", "router")] {
            let script = scripts.read(&format!("assets/{script}.worker.js"))?;
            own_modules.push(modules.module(module, &format!("assets/{module}"), script));
        }
        let bindings = vec![
            ("ASSET_WORKER", service(ServiceTarget::Named(name.to_owned()), None)),
            ("CONFIG", BindingKind::Json { value: self.router.clone() }),
            ("ROUTER_WORKER", service(ServiceTarget::SelfWorker, Some("Router"))),
            ("USER_WORKER", service(ServiceTarget::Named(user_worker.to_owned()), None)),
        ];
        let router = Worker::of_rule(own_modules, ROUTER_DATE, &ROUTER_FLAGS, bindings, &because);
        let kind = ServiceKind::Auxiliary(Box::new(router));
        Ok(Service { name: format!("{name}:router"), kind, provenance: because })
    }
}

fn service(target: ServiceTarget, entrypoint: Option<&str>) -> BindingKind {
    BindingKind::Service { target, entrypoint: entrypoint.map(str::to_owned), props: None }
}
