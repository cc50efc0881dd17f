//! Auxiliary Workers: those that the Worker under test names, and those that they name, found by name and compiled as they are
//! deployed. Workers may name each other in a circle.

mod search;
mod workspaces;

use std::collections::BTreeMap;

use camino::Utf8PathBuf;

use self::search::{Candidate, Search};
use super::{
    bindings::{Bindings, Names, Need, Reference, Written, of, service_name},
    deployed::{self, Deployed},
    static_files::StaticFiles,
};
use crate::{
    bundle::{dependencies::normalize, simulators::Client, store::Modules},
    config::{
        dev_vars::{self, Secret},
        vitest::WorkerOptions,
        wrangler::{self, Wrangler},
    },
    diagnostic::{Diagnostic, Diagnostics, nearest},
    plan::{DurableObjectNamespace, Provenance, Service, ServiceKind, Worker},
    project::Project,
};

/// An auxiliary Worker.
pub(super) struct Auxiliary {
    /// Its name.
    pub(super) name: String,
    /// The service that it is.
    pub(super) service: String,
    /// It.
    pub(super) worker: Worker,
    /// Who needs it first.
    provenance: Provenance,
    /// What it is bound to.
    pub(super) bindings: Bindings,
    /// Files that it serves.
    pub(super) files: StaticFiles,
    /// What its main module exports, if that is known.
    exports: Option<Vec<String>>,
    /// Its main module, for messages.
    main: String,
    /// Every file that it was made from; absolute.
    pub(super) inputs: Vec<Utf8PathBuf>,
}

impl Auxiliary {
    /// What it needs of the simulators.
    pub(super) fn client(&self) -> Client<'_> {
        Client {
            service: &self.service,
            bindings: &self.worker.bindings,
            queue_consumers: &self.bindings.queue_consumers,
            cache_api_outbound: self.worker.cache_api_outbound.as_ref(),
            durable_objects: !self.worker.durable_objects.is_empty(),
        }
    }

    /// Adds it, and what is there for it alone, to a plan's services and secrets.
    pub(super) fn add_to(mut self, services: &mut Vec<Service>, secrets: &mut Vec<(String, Secret)>) {
        services.append(&mut self.bindings.services);
        services.append(&mut self.files.services);
        services.extend(self.files.router);
        secrets.append(&mut self.bindings.secrets);
        let kind = ServiceKind::Auxiliary(Box::new(self.worker));
        services.push(Service { name: self.service, kind, provenance: self.provenance });
    }
}

/// Compiles all Workers that `references`, those of the Worker called `under_test`, lead to. What is wrong with one does not
/// hide what is wrong with another.
pub(super) fn collect(
    project: &Project,
    under_test: Option<&str>,
    references: &[Reference],
    modules: &mut Modules,
    diagnostics: &mut Diagnostics,
) -> Vec<Auxiliary> {
    let mut compiler = Compiler {
        project,
        under_test,
        search: Search::new(&project.root),
        modules,
        diagnostics,
        found: BTreeMap::new(),
    };
    compiler.follow(references);
    compiler.found.into_values().flatten().collect()
}

/// Compiles the Worker of a wrangler file, which comes first, and all Workers that it leads to.
pub(super) fn served(
    project: &Project,
    wrangler: &Wrangler,
    modules: &mut Modules,
    diagnostics: &mut Diagnostics,
) -> Vec<Auxiliary> {
    let search = Search::new(&project.root);
    let mut compiler =
        Compiler { project, under_test: None, search, modules, diagnostics, found: BTreeMap::new() };
    let name = wrangler.name.as_ref().map_or("worker", |name| &name.value);
    let provenance = Provenance::source(&wrangler.file.path, 1);
    let Some(worker) = compiler.compile(name, wrangler, false, provenance) else { return vec![] };
    let references = worker.bindings.references.clone();
    compiler.found.insert(name.to_owned(), Some(worker));
    compiler.follow(&references);
    let main = compiler.found.remove(name).flatten();
    main.into_iter().chain(compiler.found.into_values().flatten()).collect()
}

struct Compiler<'a> {
    project: &'a Project,
    under_test: Option<&'a str>,
    search: Search<'a>,
    modules: &'a mut Modules,
    diagnostics: &'a mut Diagnostics,
    /// By name; nothing for a Worker that cannot be had, which has been reported.
    found: BTreeMap<String, Option<Auxiliary>>,
}

impl Compiler<'_> {
    /// Compiles the Workers that `references` lead to.
    fn follow(&mut self, references: &[Reference]) {
        let mut waiting: Vec<Reference> = references.iter().rev().cloned().collect();
        while let Some(reference) = waiting.pop() {
            if !self.found.contains_key(&reference.worker) {
                let made = self.worker(&reference);
                waiting.extend(made.iter().flat_map(|it| it.bindings.references.iter().rev().cloned()));
                self.found.insert(reference.worker.clone(), made);
            }
            self.meet(&reference);
        }
    }

    /// The Worker that a reference names.
    fn worker(&mut self, reference: &Reference) -> Option<Auxiliary> {
        let Candidate { path, environment, worker, .. } =
            self.search.named(reference, self.diagnostics)?.clone();
        let root = &self.project.root;
        let wrangler = wrangler::load(root, &path, environment.as_deref(), self.diagnostics)?;
        self.compile(&worker, &wrangler, true, of(&reference.origin))
    }

    fn compile(
        &mut self,
        name: &str,
        wrangler: &Wrangler,
        is_auxiliary: bool,
        provenance: Provenance,
    ) -> Option<Auxiliary> {
        let root = &self.project.root;
        let process = std::env::vars().collect();
        let dev_vars = dev_vars::load(root, wrangler, &process, self.diagnostics);
        let service = service_name(name);
        let written = Written {
            wrangler: Some(wrangler),
            dev_vars: Some(&dev_vars),
            options: &WorkerOptions::default(),
            names: Names { own: Some(name), service: &service, under_test: self.under_test, is_auxiliary },
        };
        let Deployed { worker, bindings, files, exports, main, mut inputs } =
            deployed::worker(self.project, name, written, self.modules, self.diagnostics)?;
        let read = std::iter::once(&wrangler.file.path).chain(&dev_vars.looked_for);
        inputs.extend(read.map(|path| normalize(&root.join(path))));
        Some(Auxiliary {
            name: name.to_owned(),
            service,
            worker,
            provenance,
            bindings,
            files,
            exports,
            main,
            inputs,
        })
    }

    /// Sees to it that a Worker has what a reference to it needs.
    fn meet(&mut self, reference: &Reference) {
        let Some(Some(worker)) = self.found.get_mut(&reference.worker) else { return };
        let (name, what) = match &reference.needs {
            None => return,
            Some(Need::Entrypoint(name)) => (name, "entrypoint"),
            Some(Need::DurableObject(name)) => (name, "class"),
        };
        if let Some(exports) = &worker.exports
            && !exports.contains(&name.value)
        {
            let title = format!("`{}` exports no {what} `{name}`", reference.worker);
            let label = format!("not exported by {}", worker.main);
            let diagnostic = name.origin.label(Diagnostic::error("missing-export", title), label);
            let names = exports.iter().map(String::as_str);
            self.diagnostics.push(match nearest(&name.value, names) {
                Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                None => diagnostic.help(format!("it exports `{}`", exports.join("`, `"))),
            });
            return;
        }
        // A class has its namespace where it is exported, whether or not that Worker declares it.
        if let Some(Need::DurableObject(class)) = &reference.needs
            && worker.worker.durable_objects.iter().all(|namespace| namespace.class != class.value)
        {
            deployed::add_namespace(
                &mut worker.worker,
                DurableObjectNamespace {
                    class: class.value.clone(),
                    unique_key: deployed::unique_key(&reference.worker, &class.value),
                    sqlite: false,
                    prevent_eviction: false,
                    container: None,
                },
            );
        }
    }
}
