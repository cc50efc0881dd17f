//! A project to compile: where it is and what was asked for.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use crate::{
    bundle::dependencies::normalize,
    cache::Cache,
    home::Home,
    plugins::{NodePipelines, PluginPipelines},
};

/// A project and the choices that the command line makes for it.
#[derive(Clone, Debug)]
pub struct Project {
    /// Its root: absolute, without symbolic links.
    pub root: Utf8PathBuf,
    /// The Vitest config, relative to the root; searched for if absent.
    pub config: Option<Utf8PathBuf>,
    /// Vite's mode.
    pub mode: String,
    /// Which projects of the Vitest config are wanted, by name, as Vitest's `--project` says: `*` stands for anything,
    /// a leading `!` excludes. All if empty.
    pub wanted: Vec<String>,
    /// Whether what production would do otherwise is an error.
    pub strict: bool,
    /// Whether its tests are about to run: what is wrong with a file that only tests import makes them fail, and no more.
    pub runs_tests: bool,
    /// Where generated files go, relative to the root.
    pub output: Utf8PathBuf,
    /// wpt-gen's own files.
    pub home: Home,
    /// Where slow results are kept.
    pub cache: Cache,
    /// Is told what is about to happen that takes a while or changes files: a line of text.
    pub notice: fn(&str),
    /// Who asks the Vite plugins of the Vitest config.
    pub plugins: Arc<dyn PluginPipelines>,
    /// `test.coverage` of a run whose modules are instrumented when they are compiled, by the project's own coverage provider.
    pub coverage: Option<serde_json::Value>,
}

/// Why there is no project.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProjectError {
    /// The root is not a folder.
    #[error("{path} is not a folder: {error}")]
    Root {
        /// The path as given.
        path: Utf8PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// wpt-gen is not installed completely.
    #[error(transparent)]
    Home(#[from] crate::home::HomeError),
}

impl Project {
    /// The project in `folder`, with Vitest's default mode.
    ///
    /// # Errors
    /// See [`ProjectError`].
    pub fn open(folder: &Utf8Path) -> Result<Self, ProjectError> {
        let root = folder
            .canonicalize_utf8()
            .map_err(|error| ProjectError::Root { path: folder.to_owned(), error })?;
        Ok(Self {
            config: None,
            mode: "test".to_owned(),
            wanted: vec![],
            strict: false,
            runs_tests: false,
            output: ".wpt".into(),
            home: Home::find()?,
            cache: Cache::of_project(&root),
            notice: |_| {},
            plugins: Arc::new(NodePipelines),
            coverage: None,
            root,
        })
    }
}

/// `path` (absolute, or relative to `root`) as it is named from `root`: with `..` if it is not below it.
pub fn relative_path(root: &Utf8Path, path: &Utf8Path) -> Utf8PathBuf {
    let path = normalize(&root.join(path));
    let shared = root.components().zip(path.components()).take_while(|(a, b)| a == b).count();
    let up = root.components().skip(shared).map(|_| "..");
    let down = path.components().skip(shared).map(|component| component.as_str());
    up.chain(down).collect::<Vec<_>>().join("/").into()
}
