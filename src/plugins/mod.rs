//! What the user's own Vite plugins make of imports and modules.
//!
//! The compiler asks a [`PluginPipeline`], and no more of it than it has to: [`Plugins`] keeps the answers. The pipeline runs
//! all plugins of the project in Vite's order and says what the user's did; it has nothing of what Vite and Vitest do to
//! every module at the end, because the compiler does that.

mod known;
mod node;
mod problem;

use camino::Utf8PathBuf;
use serde::{Deserialize, Serialize};

pub use known::Plugins;
pub use node::NodePipelines;
pub use problem::{Place, PluginProblem};

use crate::{config::vitest::VitestConfig, project::Project};

/// Opens the plugins of projects.
pub trait PluginPipelines: std::fmt::Debug + Send + Sync {
    /// The plugins of a Vitest project.
    ///
    /// # Errors
    /// The config cannot be opened.
    fn open(
        &self,
        project: &Project,
        vitest: &VitestConfig,
    ) -> Result<Box<dyn PluginPipeline>, Box<PluginProblem>>;
}

/// The plugins of a project, ready to be asked.
pub trait PluginPipeline: std::fmt::Debug {
    /// What an import means to Vite. `importer` is the id of the importing module: for a file its absolute path, with the query
    /// it is imported by.
    ///
    /// # Errors
    /// A plugin throws.
    fn resolve(&mut self, specifier: &str, importer: &str) -> Result<Option<Claim>, Box<PluginProblem>>;

    /// The module with this id, if a plugin of the user's loads or transforms it.
    ///
    /// # Errors
    /// A plugin throws.
    fn module(&mut self, id: &str) -> Result<Option<Made>, Box<PluginProblem>>;

    /// Everything that was read for the answers since this was asked last, apart from the modules' own files: absolute paths
    /// of files and folders.
    fn take_inputs(&mut self) -> Vec<Utf8PathBuf>;
}

/// What an import means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// The module's id.
    pub id: String,
    /// Whether it is left to the runtime.
    pub external: bool,
    /// The plugin of the user's that says so; nothing if Vite itself does.
    pub plugin: Option<String>,
}

/// A module as plugins made it: still with the imports that it was written with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// Its text.
    pub code: String,
    /// Its source map as JSON, if there is one.
    pub map: Option<String>,
    /// The syntax of the text, as a file's extension would say it.
    pub syntax: String,
    /// What the user's plugins did, in their order.
    pub plugins: Vec<PluginUse>,
}

/// What a plugin did to a module.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PluginUse {
    /// The plugin's name.
    pub name: String,
    /// The hook: `load` or `transform`.
    pub hook: String,
}
