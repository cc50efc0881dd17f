//! The exports of a Worker's main module, and what each is.
//!
//! esbuild bundles the main module as `wrangler deploy` does; its metafile gives the names, also behind `export *`, aliases and
//! packages, and what every import leads to. The modules themselves say what a name stands for. The bundle is made again
//! only when what some module imports or exports has changed: what is between does not change a name.

mod common_js;
pub mod facts;
mod graph;
mod kinds;
pub mod read;
#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};

pub(super) use self::graph::is_package;

use self::{
    facts::Facts,
    graph::Graph,
    kinds::{Class, Known, Search},
};
use super::packages::{self, PackageUse};
use crate::{
    bundle::{
        esbuild::{DeployBundle, DeployEntry, DeployError, INLINE_TEXT},
        resolve::{INSTALLED, node_modules},
    },
    cache::{Cache, KeyBuilder},
    home::Home,
};

/// An export of the main module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MainExport {
    /// The name; `default` for the default export.
    pub name: String,
    /// What it is.
    pub declaration: Declaration,
    /// Where it is declared.
    pub place: Option<Place>,
}

/// A line of a source, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The file, relative to the project's root.
    pub file: Utf8PathBuf,
    /// The line.
    pub line: u32,
}

/// An import behind which an export's kind cannot be seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hidden {
    /// The import, as it would be written.
    pub import: String,
    /// Where it is.
    pub place: Place,
}

/// What a name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Declaration {
    /// A class that extends, directly or not, a class of `cloudflare:workers`.
    Extends {
        /// That class.
        base: String,
        /// What stands after `extends`, if it is something else.
        through: Option<String>,
    },
    /// Any other class.
    Class {
        /// Whether it has a method that only a Durable Object has.
        object_methods: bool,
        /// The ancestor that could not be followed.
        hidden: Option<Hidden>,
    },
    /// A function.
    Function,
    /// An object with these event handlers; none are known of one that is only typed as `ExportedHandler`.
    Handler(Vec<String>),
    /// Anything else.
    Value,
    /// Something that could not be followed.
    Hidden(Hidden),
}

/// The analysis of a main module.
#[derive(Clone, Debug, Default)]
pub struct MainExports {
    /// Its exports, by name.
    pub exports: Vec<MainExport>,
    /// `export * from` modules whose names no one knows before they run.
    pub unknown_names: Vec<Hidden>,
    /// What the packages in its bundle use of Node's.
    pub package_uses: Vec<PackageUse>,
}

/// What is known of the project's own modules before they are bundled, by path relative to the root.
pub type KnownModules = BTreeMap<String, KnownModule>;

/// What is known of a module.
#[derive(Clone, Debug, Default)]
pub struct KnownModule {
    /// Its [`Facts`] as JSON: only few modules are looked into.
    pub facts: Box<str>,
    /// What it imports, and what each import resolves to, one line each.
    pub imports: String,
}

impl KnownModule {
    fn facts(&self) -> Facts {
        serde_json::from_str(&self.facts).unwrap_or_default()
    }
}

/// Analyzes `main` (relative to `root`). `arguments` are the project's own settings for the bundler (aliases, a tsconfig).
/// Modules that are not in `known` are read where they are needed.
///
/// # Errors
/// See [`DeployError`].
pub fn analyze(
    root: &Utf8Path,
    main: &Utf8Path,
    arguments: &[String],
    known: &KnownModules,
    home: &Home,
    cache: &Cache,
) -> Result<MainExports, DeployError> {
    let entry = format!("exports/{}.json", main.as_str().replace('/', "~"));
    let base = arguments
        .iter()
        .fold(KeyBuilder::new().text(root.as_str()).text(main.as_str()), |key, argument| key.text(argument));
    let stamp = |key: KeyBuilder, path: &Utf8Path| {
        let (path, names) = match path.as_str().strip_suffix(NAMES) {
            Some(path) => (Utf8Path::new(path), true),
            None => (path, false),
        };
        match known.get(path.as_str()) {
            Some(module) if names => add_names(key, &module.facts()),
            Some(module) => key.text(path.as_str()).text(&module.imports),
            // Packages are many files that seldom change.
            None if is_package(path) => key.stat(&root.join(path)),
            None => key.file(&root.join(path)),
        }
    };
    let read = |path: &Utf8Path| match known.get(path.as_str()) {
        Some(module) => module.facts(),
        None => fs::read_to_string(root.join(path))
            .map_or_else(|_| Facts::default(), |text| read::parse(path.as_str(), &text)),
    };
    if let Some(graph) = cache.read_traced::<Graph>(&entry, &base, &stamp) {
        return Ok(exports(&graph, &Search::new(&graph, &read)));
    }
    let mut graph = bundle(root, main, arguments, home, cache)?;
    let search = Search::new(&graph, &read);
    let found = exports(&graph, &search);
    let visited = search.visited();
    graph.keep(&visited.keys().cloned().collect::<BTreeSet<_>>());
    let deciding =
        visited.keys().filter(|path| !is_package(path)).map(|path| format!("{path}{NAMES}").into());
    let inputs: Vec<Utf8PathBuf> = graph.own().cloned().chain(deciding).collect();
    graph.packages = visited.into_iter().filter(|(path, _)| is_package(path)).collect();
    let inputs: Vec<Utf8PathBuf> =
        inputs.into_iter().chain(graph.packages.keys().cloned()).chain(installed(root)).collect();
    cache.write_traced(&entry, &base, &inputs, &stamp, &graph);
    Ok(found)
}

/// What tells that other packages were installed.
fn installed(root: &Utf8Path) -> impl Iterator<Item = Utf8PathBuf> {
    let folders = root.ancestors().map(|folder| folder.join("node_modules"));
    folders.flat_map(|folder| INSTALLED.map(|name| folder.join(name)))
}

/// Follows the path of a module of which not only the imports decide what the main module exports, but the names too.
const NAMES: &str = "#names";

fn add_names(key: KeyBuilder, facts: &Facts) -> KeyBuilder {
    let key = facts.exports.keys().fold(key, |key, name| key.text(name));
    facts.stars.iter().fold(key.text("*"), |key, star| key.text(&star.specifier))
}

fn bundle(
    root: &Utf8Path,
    main: &Utf8Path,
    arguments: &[String],
    home: &Home,
    cache: &Cache,
) -> Result<Graph, DeployError> {
    let bundle = DeployBundle { entry: DeployEntry::File(main), root, home, cache };
    let made = bundle.run(&mut |_| {
        // What a module holds other than JavaScript does not change what it exports.
        let own = ["--loader:.wasm=empty", "--loader:.bin=empty"].into_iter().chain(INLINE_TEXT);
        let external = ["*?raw", "*?url", "*?inline", "node:*", "cloudflare:*", "workerd:*"];
        let external = external.into_iter().chain(node_modules()).map(|name| format!("--external:{name}"));
        Ok(own.map(str::to_owned).chain(external).chain(arguments.iter().cloned()).collect())
    })?;
    Ok(Graph { uses: packages::uses(root, &made), ..Graph::new(&made.metafile) })
}

fn exports(graph: &Graph, search: &Search<'_>) -> MainExports {
    let exports = graph.names.iter().map(|name| {
        let found = search.export(name);
        MainExport { name: name.clone(), declaration: declaration(found.known), place: found.place }
    });
    MainExports {
        exports: exports.collect(),
        unknown_names: search.unknown_names(),
        package_uses: graph.uses.clone(),
    }
}

fn declaration(known: Known) -> Declaration {
    match known {
        Known::Class(Class { base: Some(base), through, .. }) => Declaration::Extends { base, through },
        Known::Class(class) => {
            Declaration::Class { object_methods: class.has_object_methods(), hidden: class.hidden }
        }
        Known::Platform(base) => Declaration::Extends { base, through: None },
        Known::Function { .. } => Declaration::Function,
        Known::Handler(handlers) => Declaration::Handler(handlers),
        Known::ExportedHandler => Declaration::Handler(vec![]),
        Known::Namespace(_) | Known::Value | Known::Global => Declaration::Value,
        Known::Hidden(hidden) => Declaration::Hidden(hidden),
    }
}
