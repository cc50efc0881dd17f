//! What modules use that not every Worker has: Node's modules and globals, and what Vite fills in.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use camino::Utf8PathBuf;

use super::{AliasUse, Compiler};
use crate::{
    analyze::globals::{GlobalUse, NODE_GLOBALS},
    bundle::transform::Import,
    compat::NodeNeed,
    diagnostic::SourceFile,
};

/// What a module uses.
#[derive(Clone, Debug)]
pub(in crate::compile) struct ModuleUses {
    /// The module.
    pub(in crate::compile) file: Arc<SourceFile>,
    /// Node's modules.
    pub(in crate::compile) builtins: Vec<BuiltinUse>,
    /// Names that it does not declare.
    pub(in crate::compile) globals: Vec<GlobalUse>,
    /// Imports that aliases and plugins give a meaning.
    pub(in crate::compile) aliases: Vec<AliasUse>,
}

/// An import of one of Node's modules.
#[derive(Clone, Debug)]
pub(in crate::compile) struct BuiltinUse {
    /// The import.
    pub(in crate::compile) import: Import,
    /// The module as `node:<name>`.
    pub(in crate::compile) module: String,
}

/// How tests send events other than `fetch` to the Worker.
const SENT_EVENTS: [&str; 4] = ["default.scheduled(", "default.queue(", "SELF.scheduled(", "SELF.queue("];
/// The functions of `cloudflare:test` that end Durable Objects.
const EVICTIONS: [&str; 3] = ["evictDurableObject", "evictAllDurableObjects", "abortAllDurableObjects"];

/// How errors of RPC calls begin; workerd goes on with `the method`, the peer does not.
const RPC_ERROR: &str = "The RPC receiver does not implement ";
/// An error of RPC calls that only the peer has.
const PEERS_RPC_ERROR: &str = "The RPC receiver's prototype does not implement";

/// What the Worker is not ready for by itself; of each, the first file that does it.
#[derive(Clone, Debug, Default)]
pub(in crate::compile) struct TestCalls {
    /// Events other than `fetch`, sent through `exports.default` or `SELF`.
    pub(in crate::compile) events: Option<String>,
    /// Eviction of Durable Objects.
    pub(in crate::compile) eviction: Option<String>,
    /// RPC that fails in the peer's words.
    pub(in crate::compile) rpc_errors: Option<String>,
}

/// The files that do.
#[derive(Debug, Default)]
pub(super) struct Callers {
    events: BTreeSet<Utf8PathBuf>,
    eviction: BTreeSet<Utf8PathBuf>,
    rpc_errors: BTreeSet<Utf8PathBuf>,
}

impl Callers {
    /// Notes what a file does, as far as its text says.
    pub(super) fn note(&mut self, file: &SourceFile) {
        let names = |calls: &[&str]| calls.iter().any(|call| file.text.contains(call));
        if names(&SENT_EVENTS) {
            self.events.insert(file.path.clone());
        }
        if names(&EVICTIONS) {
            self.eviction.insert(file.path.clone());
        }
        let mut errors = file.text.split(RPC_ERROR).skip(1);
        if errors.any(|rest| !rest.starts_with("the method")) || names(&[PEERS_RPC_ERROR]) {
            self.rpc_errors.insert(file.path.clone());
        }
    }

    /// Those of files that are not `reached` by the main module.
    pub(super) fn outside(&self, reached: &BTreeSet<Utf8PathBuf>) -> TestCalls {
        let first = |files: &BTreeSet<Utf8PathBuf>| files.difference(reached).next().map(ToString::to_string);
        TestCalls {
            events: first(&self.events),
            eviction: first(&self.eviction),
            rpc_errors: first(&self.rpc_errors),
        }
    }
}

impl Compiler<'_> {
    /// Keeps what the file uses, if it is anything.
    pub(super) fn note_uses(&mut self, file: &Arc<SourceFile>, globals: Vec<GlobalUse>) {
        let builtins = std::mem::take(&mut self.builtins);
        let aliases = std::mem::take(&mut self.aliases);
        if !(builtins.is_empty() && globals.is_empty() && aliases.is_empty()) {
            let uses = ModuleUses { file: Arc::clone(file), builtins, globals, aliases };
            self.uses.insert(file.path.clone(), uses);
        }
    }
}

/// Whether a module may use `fetchMock` of `cloudflare:test`, or hand it on.
pub(super) fn names_fetch_mock(text: &str) -> bool {
    text.contains("cloudflare:test") && (text.contains("fetchMock") || text.contains("export *"))
}

/// The packages that none of the `reached` files imports, each with the first file that does.
pub(super) fn of_tests(
    users: &[(Utf8PathBuf, String)],
    reached: &BTreeSet<Utf8PathBuf>,
) -> BTreeMap<String, String> {
    let of_production: BTreeSet<&String> =
        users.iter().filter(|(file, _)| reached.contains(file)).map(|(_, url)| url).collect();
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    for (file, url) in users.iter().filter(|(_, url)| !of_production.contains(url)) {
        let first = found.entry(url.clone()).or_insert_with(|| file.to_string());
        if file.as_str() < first.as_str() {
            *first = file.to_string();
        }
    }
    found
}

/// What test and setup files use of Node's, each with the first file that does. `defined` are expressions that are replaced
/// before anything runs.
pub(super) fn node_needs(tests: &[ModuleUses], defined: &[String]) -> Vec<NodeNeed> {
    /// A bundle has none of these, and Vitest gives them to each module.
    const OF_MODULES: [&str; 3] = ["__dirname", "__filename", "require"];
    let mut needs: BTreeMap<&str, &str> = BTreeMap::new();
    for uses in tests {
        let file = uses.file.path.as_str();
        let globals = uses.globals.iter().filter(|it| !defined.iter().any(|key| it.starts_with(key)));
        let globals = globals
            .map(GlobalUse::name)
            .filter(|name| NODE_GLOBALS.contains(name) && !OF_MODULES.contains(name));
        for name in uses.builtins.iter().map(|it| it.module.as_str()).chain(globals) {
            let first = needs.entry(name).or_insert(file);
            *first = file.min(first);
        }
    }
    needs.into_iter().map(|(name, file)| NodeNeed { name: name.to_owned(), file: file.to_owned() }).collect()
}
