//! Which module each import of the main module's bundle leads to, as esbuild resolved it.

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};

use super::facts::Facts;
use crate::{analyze::packages::PackageUse, bundle::esbuild::Metafile};

/// The part of the bundle's module graph that its exports depend on. Paths are relative to the project's root.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Graph {
    /// The main module.
    pub(super) main: Utf8PathBuf,
    /// What it exports.
    pub(super) names: Vec<String>,
    /// What each module's specifiers lead to.
    pub(super) imports: BTreeMap<Utf8PathBuf, BTreeMap<String, Target>>,
    /// Modules that make their exports when they run.
    pub(super) common_js: BTreeSet<Utf8PathBuf>,
    /// The facts of packages' modules, which seldom change.
    pub(super) packages: BTreeMap<Utf8PathBuf, Facts>,
    /// What packages use of Node's.
    pub(super) uses: Vec<PackageUse>,
}

/// What a specifier leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Target {
    /// A file.
    File(Utf8PathBuf),
    /// Something that the runtime has, or that is not there until it runs.
    External(String),
}

impl Graph {
    pub(super) fn new(metafile: &Metafile) -> Self {
        let output = metafile.outputs.values().find(|output| output.entry_point.is_some());
        let mut names = output.map(|output| output.exports.clone()).unwrap_or_default();
        names.sort();
        let target = |import: &crate::bundle::esbuild::Import| {
            let path = import.path.clone();
            if import.external { Target::External(path) } else { Target::File(path.into()) }
        };
        let imports = metafile.inputs.iter().map(|(path, input)| {
            let specifiers = input.imports.iter().map(|import| {
                let specifier = import.original.clone().unwrap_or_else(|| import.path.clone());
                (specifier, target(import))
            });
            (path.clone(), specifiers.collect())
        });
        Self {
            main: output.and_then(|output| output.entry_point.clone()).unwrap_or_default().into(),
            names,
            imports: imports.collect(),
            common_js: metafile
                .inputs
                .iter()
                .filter(|(_, input)| input.format.as_deref() == Some("cjs"))
                .map(|(path, _)| path.clone())
                .collect(),
            packages: BTreeMap::new(),
            uses: vec![],
        }
    }

    /// Drops what packages import in modules that were not looked into.
    pub(super) fn keep(&mut self, visited: &BTreeSet<Utf8PathBuf>) {
        self.imports.retain(|path, _| !is_package(path) || visited.contains(path));
        self.common_js.retain(|path| !is_package(path) || visited.contains(path));
    }

    /// The project's own modules.
    pub(super) fn own(&self) -> impl Iterator<Item = &Utf8PathBuf> {
        self.imports.keys().filter(|path| !is_package(path))
    }
}

/// Whether a file belongs to an installed package.
pub(in crate::analyze) fn is_package(path: &Utf8Path) -> bool {
    path.components().any(|part| part.as_str() == "node_modules")
}
