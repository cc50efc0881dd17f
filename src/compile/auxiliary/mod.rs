//! Auxiliary Workers: those of the Vitest config, those that the Worker under test names, and those that they name, found by
//! name and compiled as they are deployed. Workers may name each other in a circle.

mod search;
mod workspaces;

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};

use self::search::{Candidate, Search};
use super::{
    bindings::{Bindings, Names, Need, Reference, Written, of, service_name},
    build_command,
    deployed::{self, Deployed},
    static_files::StaticFiles,
};
use crate::{
    bundle::{dependencies::normalize, simulators::Client, store::Modules},
    config::{
        dev_vars::{self, DevVars, Secret},
        origin::Spanned,
        vitest::{PoolOptions, WorkerOptions},
        wrangler::{self, Wrangler},
    },
    diagnostic::{Diagnostic, Diagnostics, nearest},
    plan::{
        Binding, BindingKind, DurableObjectNamespace, Provenance, QueueConsumer, Service, ServiceKind,
        ServiceRef, Worker,
    },
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
            classes: self.worker.durable_objects.iter().map(|object| object.class.as_str()).collect(),
            flags: &self.worker.compatibility_flags,
            workflows: &self.worker.workflows,
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

/// What decides which other Workers there are.
pub(super) struct Others<'a> {
    /// The name of the Worker under test.
    pub(super) under_test: Option<&'a str>,
    /// The wrangler file of the Worker under test.
    pub(super) file: Option<&'a Utf8Path>,
    /// What the Worker under test is bound to.
    pub(super) bindings: &'a mut Bindings,
    /// The pool's options, which have some Workers and list others.
    pub(super) options: &'a PoolOptions,
}

/// Compiles all Workers of the options, and all that the Worker under test and they lead to. What is wrong with one does not
/// hide what is wrong with another.
pub(super) fn collect(
    project: &Project,
    others: Others<'_>,
    modules: &mut Modules,
    diagnostics: &mut Diagnostics,
) -> Vec<Auxiliary> {
    let Others { under_test, file, bindings, options } = others;
    let given = &options.miniflare.workers;
    let mut compiler = Compiler {
        project,
        under_test,
        given,
        search: Search::new(&project.root, &options.auxiliary_workers),
        modules,
        diagnostics,
        found: BTreeMap::new(),
    };
    compiler.refuse_equal_names();
    let own = given.iter().filter_map(|worker| worker.name.as_ref()).map(|name| Reference {
        worker: name.value.clone(),
        origin: name.origin.clone(),
        who: "`miniflare.workers`".to_owned(),
        needs: None,
    });
    let references: Vec<Reference> = bindings.references.iter().cloned().chain(own).collect();
    compiler.follow(&references);
    compiler.add_consumers(bindings, file);
    let lost = compiler.lose_tails();
    lose(&lost, &mut bindings.tails);
    lose(&lost, &mut bindings.streaming_tails);
    compiler.found.into_values().flatten().collect()
}

/// Takes out the tail Workers that are nowhere.
fn lose(lost: &BTreeSet<String>, tails: &mut Vec<ServiceRef>) {
    tails.retain(|tail| !lost.contains(&tail.service));
}

/// Compiles the Worker of a wrangler file, which comes first, and all Workers that it leads to.
pub(super) fn served(
    project: &Project,
    wrangler: &Wrangler,
    modules: &mut Modules,
    diagnostics: &mut Diagnostics,
) -> Vec<Auxiliary> {
    let search = Search::new(&project.root, &[]);
    let mut compiler = Compiler {
        project,
        under_test: None,
        given: &[],
        search,
        modules,
        diagnostics,
        found: BTreeMap::new(),
    };
    let name = wrangler.name.as_ref().map_or("worker", |name| &name.value);
    let provenance = Provenance::source(&wrangler.file.path, 1);
    let Some(worker) = compiler.of_wrangler(name, wrangler, false, provenance) else { return vec![] };
    let references = worker.bindings.references.clone();
    compiler.found.insert(name.to_owned(), Some(worker));
    compiler.follow(&references);
    compiler.lose_tails();
    let main = compiler.found.remove(name).flatten();
    main.into_iter().chain(compiler.found.into_values().flatten()).collect()
}

/// Where a Worker is written.
#[derive(Clone, Copy)]
struct Read<'a> {
    wrangler: Option<&'a Wrangler>,
    dev_vars: Option<&'a DevVars>,
    options: &'a WorkerOptions,
}

struct Compiler<'a> {
    project: &'a Project,
    under_test: Option<&'a str>,
    /// Workers of the options.
    given: &'a [WorkerOptions],
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
        // That one is missing is an error if somebody needs it, whoever names it first.
        let mut dispensable = vec![];
        while let Some(reference) = waiting.pop().or_else(|| dispensable.pop()) {
            if matches!(reference.needs, Some(Need::Nothing)) && !waiting.is_empty() {
                dispensable.push(reference);
                continue;
            }
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
        let is_named =
            |worker: &&WorkerOptions| worker.name.as_ref().is_some_and(|name| name.value == reference.worker);
        if let Some(options) = self.given.iter().find(is_named) {
            let provenance = options.name.as_ref().map(|name| of(&name.origin))?;
            let read = Read { wrangler: None, dev_vars: None, options };
            return self.compile(&reference.worker, read, true, provenance);
        }
        let Candidate { path, environment, worker, .. } =
            self.search.named(reference, self.given, self.diagnostics)?.clone();
        let root = &self.project.root;
        let wrangler = wrangler::load(root, &path, environment.as_deref(), self.diagnostics)?;
        self.of_wrangler(&worker, &wrangler, true, of(&reference.origin))
    }

    /// Adds Workers that nobody names, and that get messages that somebody sends.
    fn add_consumers(&mut self, under_test: &Bindings, file: Option<&Utf8Path>) {
        let mut asked = BTreeSet::new();
        loop {
            let others = self.found.values().flatten();
            let mut sent: Vec<&Binding> = under_test.list.iter().collect();
            let mut consumed: Vec<&QueueConsumer> = under_test.queue_consumers.iter().collect();
            for other in others {
                sent.extend(&other.worker.bindings);
                consumed.extend(&other.bindings.queue_consumers);
            }
            let dead = consumed.iter().filter_map(|consumer| consumer.dead_letter_queue.as_ref());
            let sent = sent.iter().filter_map(|binding| match &binding.kind {
                BindingKind::Queue { id, .. } => Some(id),
                _ => None,
            });
            let queue = sent.chain(dead).find(|queue| {
                !asked.contains(*queue) && consumed.iter().all(|consumer| consumer.queue != **queue)
            });
            let Some(queue) = queue.cloned() else { return };
            let worker = self.search.consumer(&queue, file, self.diagnostics);
            if let Some(reference) = worker.map(|worker| worker.reference(&queue)) {
                self.follow(&[reference]);
            }
            asked.insert(queue);
        }
    }

    /// Nobody could tell two Workers of one name apart.
    fn refuse_equal_names(&mut self) {
        let names: Vec<&Spanned<String>> =
            self.given.iter().filter_map(|worker| worker.name.as_ref()).collect();
        for (index, name) in names.iter().enumerate() {
            let earlier = names[..index].iter().find(|other| other.value == name.value);
            if earlier.is_none() && self.under_test != Some(name.value.as_str()) {
                continue;
            }
            let title = format!("two Workers are named `{name}`");
            let diagnostic = name.origin.label(Diagnostic::error("ambiguous-worker", title), "");
            self.diagnostics.push(match earlier {
                Some(earlier) => earlier.origin.label(diagnostic, "the other"),
                None => diagnostic.help("the other is the Worker under test"),
            });
        }
    }

    /// The Worker of a wrangler file.
    fn of_wrangler(
        &mut self,
        name: &str,
        wrangler: &Wrangler,
        is_auxiliary: bool,
        provenance: Provenance,
    ) -> Option<Auxiliary> {
        if let Err(problem) = build_command::run(self.project, wrangler) {
            self.diagnostics.push(*problem);
            return None;
        }
        let root = &self.project.root;
        let process = std::env::vars().collect();
        let dev_vars = dev_vars::load(root, wrangler, &process, self.diagnostics);
        let options = WorkerOptions::default();
        let read = Read { wrangler: Some(wrangler), dev_vars: Some(&dev_vars), options: &options };
        let mut worker = self.compile(name, read, is_auxiliary, provenance)?;
        let read = std::iter::once(&wrangler.file.path).chain(&dev_vars.looked_for);
        worker.inputs.extend(read.map(|path| normalize(&root.join(path))));
        Some(worker)
    }

    fn compile(
        &mut self,
        name: &str,
        read: Read<'_>,
        is_auxiliary: bool,
        provenance: Provenance,
    ) -> Option<Auxiliary> {
        let service = service_name(name);
        let written = Written {
            wrangler: read.wrangler,
            dev_vars: read.dev_vars,
            options: read.options,
            names: Names { own: Some(name), service: &service, under_test: self.under_test, is_auxiliary },
        };
        let Deployed { worker, bindings, files, exports, main, inputs } =
            deployed::worker(self.project, name, written, self.modules, self.diagnostics)?;
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

    /// The services of Workers that cannot be had: if that is no error, they are tails. No Worker sends them anything.
    fn lose_tails(&mut self) -> BTreeSet<String> {
        let lost = self.found.iter().filter(|(_, found)| found.is_none());
        let lost: BTreeSet<String> = lost.map(|(name, _)| service_name(name)).collect();
        for worker in self.found.values_mut().flatten() {
            lose(&lost, &mut worker.worker.tails);
            lose(&lost, &mut worker.worker.streaming_tails);
        }
        lost
    }

    /// Sees to it that a Worker has what a reference to it needs.
    fn meet(&mut self, reference: &Reference) {
        let Some(Some(worker)) = self.found.get_mut(&reference.worker) else { return };
        let (name, what) = match &reference.needs {
            None | Some(Need::Nothing) => return,
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
