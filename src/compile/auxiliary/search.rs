//! Finds the wrangler file of a Worker by the Worker's name.

use std::{cell::OnceCell, fs, sync::Arc};

use camino::{Utf8Path, Utf8PathBuf};

use super::workspaces::{self, Folders};
use crate::{
    compile::bindings::{Need, Reference},
    config::{
        origin::{Origin, Spanned},
        tree::{self, Node, Value},
        vitest::WorkerOptions,
        wrangler::FILE_NAMES,
    },
    diagnostic::{Diagnostic, Diagnostics, SourceFile, nearest},
    project::relative_path,
};

/// Looks for Workers, once something asks for one.
pub(super) struct Search<'a> {
    root: &'a Utf8Path,
    /// Workers of the files that the user lists.
    listed: Vec<Candidate>,
    found: OnceCell<(Vec<Candidate>, String)>,
}

/// A wrangler file as one of its environments sees it.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    /// The file, relative to the project's root.
    pub(super) path: Utf8PathBuf,
    /// The environment; the top level if absent.
    pub(super) environment: Option<String>,
    /// The Worker's name there.
    pub(super) worker: String,
    /// Where that is written.
    name: Origin,
    /// The queues whose messages it gets there.
    consumes: Vec<String>,
}

impl Candidate {
    /// A reference to it, because it gets the messages of a queue.
    pub(super) fn reference(&self, queue: &str) -> Reference {
        Reference {
            worker: self.worker.clone(),
            origin: self.name.clone(),
            who: format!("the queue `{queue}`"),
            needs: None,
        }
    }
}

impl<'a> Search<'a> {
    /// For the project at `root`, which is absolute; the files of `listed` are relative to it, and come first.
    pub(super) fn new(root: &'a Utf8Path, listed: &[Spanned<Utf8PathBuf>]) -> Self {
        let listed = listed.iter().flat_map(|path| candidates(root, &path.value)).collect();
        Self { root, listed, found: OnceCell::new() }
    }

    /// The wrangler file of the Worker that `reference` names; an error if there is none, or more than one.
    pub(super) fn named(
        &self,
        reference: &Reference,
        given: &[WorkerOptions],
        diagnostics: &mut Diagnostics,
    ) -> Option<&Candidate> {
        let is_named = |candidate: &&Candidate| candidate.worker == reference.worker;
        let found = one(self.listed.iter().filter(is_named));
        let found = found.or_else(|| one(self.all().0.iter().filter(is_named)));
        match found {
            Some((first, None)) => Some(first),
            Some((first, Some(other))) => {
                diagnostics.push(ambiguous(reference, first, other));
                None
            }
            None => {
                let (candidates, described) = self.all();
                let candidates: Vec<&Candidate> = self.listed.iter().chain(candidates).collect();
                diagnostics.push(missing(reference, given, &candidates, described));
                None
            }
        }
    }

    /// The Worker that gets a queue's messages; nothing if no wrangler file but `own` says so, a warning if several do.
    pub(super) fn consumer(
        &self,
        queue: &str,
        own: Option<&Utf8Path>,
        diagnostics: &mut Diagnostics,
    ) -> Option<&Candidate> {
        let is_consumer = |candidate: &&Candidate| {
            own != Some(&candidate.path) && candidate.consumes.iter().any(|name| name == queue)
        };
        let found = one(self.listed.iter().filter(is_consumer));
        match found.or_else(|| one(self.all().0.iter().filter(is_consumer)))? {
            (first, None) => Some(first),
            (first, Some(other)) => {
                let title = format!("several Workers consume the queue `{queue}`, so none gets its messages");
                let mut diagnostic = Diagnostic::warning("ambiguous-consumer", title);
                for candidate in [first, other] {
                    diagnostic = candidate.name.label(diagnostic, "this Worker");
                }
                diagnostics
                    .push(diagnostic.help("list the file of one of them in the option `auxiliaryWorkers`"));
                None
            }
        }
    }

    /// What is found without the user's help, and where.
    fn all(&self) -> &(Vec<Candidate>, String) {
        self.found.get_or_init(|| self.find())
    }

    fn find(&self) -> (Vec<Candidate>, String) {
        let Folders { folders, described } = workspaces::find(self.root);
        let files = folders.iter().flat_map(|folder| wrangler_files(folder));
        let found = files.flat_map(|path| candidates(self.root, &relative_path(self.root, &path)));
        (found.collect(), described)
    }
}

/// The wrangler files of a folder: the first that wrangler would take, and those with another name, `wrangler.auth.toml`.
fn wrangler_files(folder: &Utf8Path) -> Vec<Utf8PathBuf> {
    let mut files: Vec<Utf8PathBuf> =
        FILE_NAMES.iter().map(|name| folder.join(name)).filter(|path| path.is_file()).take(1).collect();
    let is_other = |name: &str| {
        let extension = Utf8Path::new(name).extension();
        name.starts_with("wrangler")
            && !FILE_NAMES.contains(&name)
            && extension.is_some_and(|extension| ["json", "jsonc", "toml"].contains(&extension))
    };
    let entries = folder.read_dir_utf8().into_iter().flatten().flatten();
    let mut others: Vec<Utf8PathBuf> =
        entries.filter(|entry| is_other(entry.file_name())).map(|entry| entry.path().to_owned()).collect();
    others.sort();
    files.append(&mut others);
    files
}

/// The names that a wrangler file gives its Worker, by environment. A file that cannot be read has none.
fn candidates(root: &Utf8Path, path: &Utf8Path) -> Vec<Candidate> {
    let Ok(text) = fs::read_to_string(root.join(path)) else { return vec![] };
    let file = Arc::new(SourceFile::new(path, text));
    let Some(node) = tree::parse(&file, &mut Diagnostics::new()) else { return vec![] };
    let text = |node: &Node| match &node.value {
        Value::String(text) => Some((text.clone(), Origin::new(&file, node.span.clone()))),
        _ => None,
    };
    let candidate = |environment: Option<&str>, (worker, name): (String, Origin), node: &Node| Candidate {
        path: path.to_owned(),
        environment: environment.map(str::to_owned),
        worker,
        name,
        consumes: consumed(node),
    };
    let top = node.get("name").and_then(text);
    let environments = node.get("env").map_or(&[][..], Node::entries).iter().filter_map(|entry| {
        let own = entry.node.get("name").and_then(text);
        let inherited = || {
            let (name, origin) = top.clone()?;
            Some((format!("{name}-{}", entry.key), origin))
        };
        Some(candidate(Some(&entry.key), own.or_else(inherited)?, &entry.node))
    });
    top.clone().map(|name| candidate(None, name, &node)).into_iter().chain(environments).collect()
}

/// The queues that a level of a wrangler file has consumers for.
fn consumed(level: &Node) -> Vec<String> {
    let consumers = level.get("queues").and_then(|queues| queues.get("consumers"));
    let Some(Value::Array(consumers)) = consumers.map(|node| &node.value) else { return vec![] };
    let queue = |consumer: &Node| match &consumer.get("queue")?.value {
        Value::String(queue) => Some(queue.clone()),
        _ => None,
    };
    consumers.iter().filter_map(queue).collect()
}

/// The first, and one of another file if there is any. A name may be that of several environments of one file, of which the
/// first is the top level's.
fn one<'c>(
    mut candidates: impl Iterator<Item = &'c Candidate>,
) -> Option<(&'c Candidate, Option<&'c Candidate>)> {
    let first = candidates.next()?;
    Some((first, candidates.find(|other| other.path != first.path)))
}

fn ambiguous(reference: &Reference, first: &Candidate, other: &Candidate) -> Diagnostic {
    let Reference { worker, origin, who, .. } = reference;
    let title = format!("two wrangler files are of a Worker named `{worker}`");
    let mut diagnostic =
        origin.label(Diagnostic::error("ambiguous-worker", title), format!("{who} needs one"));
    for candidate in [first, other] {
        diagnostic = candidate.name.label(diagnostic, "this Worker");
    }
    diagnostic.help("give each Worker a name of its own")
}

fn missing(
    reference: &Reference,
    given: &[WorkerOptions],
    candidates: &[&Candidate],
    described: &str,
) -> Diagnostic {
    let Reference { worker, origin, who, .. } = reference;
    let title = format!("no Worker named `{worker}`");
    let diagnostic = match reference.needs {
        Some(Need::Nothing) => {
            let diagnostic = Diagnostic::warning("unknown-worker", title);
            origin.label(diagnostic, format!("{who} is left out: its events go nowhere"))
        }
        _ => origin.label(Diagnostic::error("unknown-worker", title), format!("{who} needs it")),
    };
    let given = given.iter().filter_map(|worker| Some(worker.name.as_ref()?.value.as_str()));
    let names = candidates.iter().map(|candidate| candidate.worker.as_str());
    let diagnostic = match nearest(worker, given.chain(names)) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic,
    };
    let mut files: Vec<&str> = candidates.iter().map(|candidate| candidate.path.as_str()).collect();
    files.dedup();
    let found = match files.as_slice() {
        [] => "found no wrangler file".to_owned(),
        files => format!("found {}", files.join(", ")),
    };
    diagnostic
        .help(format!("searched {described} and the project's own folders: {found}"))
        .help("add a wrangler file with this `name` there, list one elsewhere in the option `auxiliaryWorkers`, or add the Worker to `miniflare.workers`")
}
