//! A project without its tests: its Worker and all that it names, as they are deployed, with storage that stays.

use camino::{Utf8Path, Utf8PathBuf};

use super::{
    auxiliary::{self, Auxiliary},
    build,
    static_files::Routers,
};
use crate::{
    bundle::{
        simulators::{self, Simulators},
        store::Modules,
    },
    config::{
        dev_vars::Secret,
        wrangler::{self, Location},
    },
    diagnostic::{Diagnostic, Diagnostics},
    plan::{PLAN_VERSION, Plan, Service, ServiceKind, Socket, Vitest, WorkerUnderTest},
    project::Project,
};

/// The name of the socket that leads to the Worker.
pub const SOCKET: &str = "http";

/// What is to be served.
#[derive(Clone, Debug)]
pub struct Serving {
    /// The wrangler file, relative to the project's root; searched for if absent.
    pub wrangler: Option<Utf8PathBuf>,
    /// The environment of the wrangler file.
    pub environment: Option<String>,
    /// Where it listens, `host:port`.
    pub address: String,
    /// The folder of its storage, relative to the project's root.
    pub storage: Utf8PathBuf,
}

/// A project that can be served.
#[derive(Debug)]
pub struct Served {
    /// The plan: a socket, the Worker and what it needs, and no test files.
    pub plan: Plan,
    /// The contents of the plan's modules.
    pub modules: Modules,
    /// Environment variables that carry secrets to workerd.
    pub secrets: Vec<(String, Secret)>,
    /// Every file that it was made from; absolute.
    pub inputs: Vec<Utf8PathBuf>,
    /// Problems that do not stop it.
    pub warnings: Diagnostics,
}

/// Compiles the Worker of a wrangler file, and the Workers that it names, for production.
///
/// # Errors
/// Everything that is wrong with the project's files, as far as one pass can tell.
pub fn serve(project: &Project, serving: &Serving) -> Result<Served, Diagnostics> {
    let mut diagnostics = Diagnostics::new();
    let mut modules = Modules::new(&project.cache);
    let workers = location(project, serving, &mut diagnostics)
        .and_then(|location| {
            wrangler::load_from(&project.root, &location, serving.environment.as_deref(), &mut diagnostics)
        })
        .map(|wrangler| auxiliary::served(project, &wrangler, &mut modules, &mut diagnostics));
    match workers {
        Some(workers) if !workers.is_empty() && !diagnostics.has_errors() => {
            put_together(project, serving, workers, modules)
                .map(|served| Served { warnings: diagnostics, ..served })
                .map_err(|problem| Diagnostics::from_iter([problem]))
        }
        _ => Err(diagnostics),
    }
}

fn location(project: &Project, serving: &Serving, diagnostics: &mut Diagnostics) -> Option<Location> {
    if let Some(path) = &serving.wrangler {
        return Some(Location { path: path.clone(), redirect: None });
    }
    match wrangler::find(&project.root) {
        Ok(Some(location)) => Some(location),
        Ok(None) => {
            let names = wrangler::FILE_NAMES.map(|name| format!("`{name}`")).join(", ");
            let diagnostic = Diagnostic::error("no-wrangler-file", "this project has no wrangler file");
            diagnostics
                .push(diagnostic.help(format!("add one of {names}, or name the file: `--wrangler PATH`")));
            None
        }
        Err(diagnostic) => {
            diagnostics.push(*diagnostic);
            None
        }
    }
}

/// The services from the Workers, of which the first is the one to serve.
fn put_together(
    project: &Project,
    serving: &Serving,
    mut workers: Vec<Auxiliary>,
    mut modules: Modules,
) -> Result<Served, Diagnostic> {
    let routers = Routers::of(workers.iter().map(|worker| (worker.service.as_str(), &worker.files)));
    for worker in &mut workers {
        routers.lead(&worker.service, &mut worker.worker.bindings);
    }
    let first = &workers[0];
    let clients: Vec<_> = workers.iter().map(Auxiliary::client).collect();
    let Simulators { mut services, extensions } =
        simulators::plan(&clients, None, &project.home, &project.cache, &mut modules)
            .map_err(|error| Diagnostic::error("bundle", error.to_string()))?;
    services.push(build::network());
    let socket = Socket {
        name: SOCKET.to_owned(),
        // Static files come before the Worker, as they do when it is deployed.
        service: first.files.router.as_ref().map_or(&first.service, |router| &router.name).clone(),
        entrypoint: None,
        address: Some(serving.address.clone()),
    };
    let worker = shown(first);
    let (mut secrets, mut inputs) = (vec![], vec![]);
    for worker in workers {
        inputs.extend(worker.inputs.iter().cloned());
        worker.add_to(&mut services, &mut secrets);
    }
    for service in &mut services {
        keep(service, &serving.storage);
    }
    inputs.sort();
    inputs.dedup();
    let plan = Plan {
        version: PLAN_VERSION,
        vitest: Vitest { version: String::new(), projects: vec![] },
        parity: vec![],
        worker,
        test_workers: vec![],
        own_isolates: None,
        services,
        sockets: vec![socket],
        extensions,
        vite_plugins: vec![],
        v8_flags: vec![],
        autogates: vec![],
        structured_logging: true,
    };
    Ok(Served { plan, modules, secrets, inputs, warnings: Diagnostics::new() })
}

/// The Worker that is served, as the plan has the Worker that a project is about.
fn shown(of: &Auxiliary) -> WorkerUnderTest {
    let worker = of.worker.clone();
    WorkerUnderTest {
        name: of.name.clone(),
        modules: worker.modules,
        compatibility_date: worker.compatibility_date,
        compatibility_flags: worker.compatibility_flags,
        default_flags: vec![],
        bindings: worker.bindings,
        durable_objects: of.bindings.durable_objects.clone(),
        workflows: worker.workflows,
        exports: vec![],
        durable_object_storage: worker.durable_object_storage,
        global_outbound: worker.global_outbound,
        cache_api_outbound: worker.cache_api_outbound,
        tails: worker.tails,
        streaming_tails: worker.streaming_tails,
        queue_consumers: of.bindings.queue_consumers.clone(),
    }
}

/// Without test files there is one of everything, and storage has a place of its own.
fn keep(service: &mut Service, storage: &Utf8Path) {
    match &mut service.kind {
        ServiceKind::Worker(worker) => {
            let mut bindings = std::mem::take(&mut worker.slot_bindings);
            worker.bindings.append(&mut bindings);
        }
        ServiceKind::Auxiliary(worker) => service.kind = ServiceKind::Worker(worker.clone()),
        ServiceKind::Disk { path, .. } => {
            if let Some(name) = path.file_name() {
                *path = storage.join(name);
            }
        }
        _ => {}
    }
}
