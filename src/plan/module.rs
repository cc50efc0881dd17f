//! References to module contents, and where the contents are read.
//!
//! The plan names modules by path and content hash. Only the binary emitter needs their bytes, and asks a
//! [`ModuleStore`] for them.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
};

use camino::{Utf8Path, Utf8PathBuf};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A module of a Worker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Module {
    /// The name that `import` resolves to.
    pub name: String,
    /// How workerd treats it.
    pub kind: ModuleKind,
    /// Where its contents are.
    pub source: ModuleSource,
}

/// How workerd treats a module's contents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum ModuleKind {
    /// JavaScript with `import` and `export`.
    EsModule,
    /// JavaScript with `require` and `module.exports`.
    CommonJs,
    /// The default export is the contents as a string.
    Text,
    /// The default export is the contents as an `ArrayBuffer`.
    Data,
    /// The default export is a compiled `WebAssembly.Module`.
    Wasm,
    /// The default export is the parsed contents.
    Json,
    /// A script that listens for events: the only module of its Worker.
    ServiceWorker,
}

/// Where contents are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum ModuleSource {
    /// A generated file.
    File {
        /// Relative to `.wpt/modules`, with forward slashes.
        #[schemars(with = "String")]
        path: Utf8PathBuf,
        /// Hash of the contents, so that a changed module is a changed plan. Nothing interprets it. Absent in the
        /// committed plan.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        hash: String,
    },
}

impl ModuleSource {
    /// A file under `.wpt/modules`.
    pub fn file(path: impl AsRef<Utf8Path>, hash: impl Into<String>) -> Self {
        Self::File { path: path.as_ref().to_owned(), hash: hash.into() }
    }

    /// The path of the file, relative to `.wpt/modules`.
    pub fn path(&self) -> &Utf8Path {
        let Self::File { path, .. } = self;
        path
    }
}

/// What names of the project's compiled modules start with, where an extension holds them.
pub const SOURCE_PREFIX: &str = "project:";

/// A Vite plugin of the user's that has a hand in modules. Those come from Vite; every other one is compiled from its file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VitePlugin {
    /// Its name.
    pub name: String,
    /// What it does: `resolveId`, `load`, `transform`.
    pub hooks: BTreeSet<String>,
    /// The modules that it touches. Absent in the committed plan.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub modules: Vec<TouchedModule>,
}

/// A module that a plugin touches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TouchedModule {
    /// Its path relative to the root, or the name that plugins give it.
    pub path: String,
    /// The name of the compiled module; of files that are no code it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub module: Option<String>,
    /// What the plugin does to it, in its order.
    pub hooks: Vec<String>,
}

/// Gives the contents that [`ModuleSource`]s refer to.
pub trait ModuleStore {
    /// The contents of the file at `path`, relative to `.wpt/modules`.
    ///
    /// # Errors
    /// The file is missing or cannot be read.
    fn read(&self, path: &Utf8Path) -> io::Result<Vec<u8>>;
}

/// Contents held in memory, by path.
impl ModuleStore for BTreeMap<Utf8PathBuf, Vec<u8>> {
    fn read(&self, path: &Utf8Path) -> io::Result<Vec<u8>> {
        self.get(path).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

/// Contents in a folder on disk.
#[derive(Clone, Debug)]
pub struct ModuleFolder {
    root: Utf8PathBuf,
}

impl ModuleFolder {
    /// Reads from `root`, usually `.wpt/modules`.
    pub fn new(root: impl Into<Utf8PathBuf>) -> Self {
        Self { root: root.into() }
    }
}

impl ModuleStore for ModuleFolder {
    fn read(&self, path: &Utf8Path) -> io::Result<Vec<u8>> {
        std::fs::read(self.root.join(path))
    }
}
