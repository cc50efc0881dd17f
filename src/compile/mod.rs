//! The compiler: from a project's files to a plan and the contents of its modules.

mod bindings;
mod build;
mod dates;
mod exports;
mod extensions;
mod inputs;
mod module_cache;
mod settings;
mod sources;
mod test_workers;
mod tree;

use std::collections::BTreeMap;

use camino::Utf8PathBuf;

use crate::{
    bundle::store::Modules,
    config::{dev_vars::Secret, vitest::TestOptions},
    diagnostic::Diagnostics,
    plan::Plan,
    project::Project,
};

use inputs::Inputs;

/// What compiling a project gives.
#[derive(Debug)]
pub struct Compilation {
    /// The plan.
    pub plan: Plan,
    /// The contents of the plan's modules.
    pub modules: Modules,
    /// Source maps (JSON) of first-party modules, by path relative to the root.
    pub source_maps: BTreeMap<Utf8PathBuf, String>,
    /// Environment variables that carry secrets to workerd.
    pub secrets: Vec<(String, Secret)>,
    /// What the Vitest config says.
    pub test: TestOptions,
    /// Problems that do not stop the run.
    pub warnings: Diagnostics,
}

/// Compiles a project.
///
/// # Errors
/// Everything that is wrong with the project's files, as far as one pass can tell.
pub fn compile(project: &Project) -> Result<Compilation, Diagnostics> {
    let mut diagnostics = Diagnostics::new();
    let Some(inputs) = Inputs::read(project, &mut diagnostics) else { return Err(diagnostics) };
    match build::build(project, inputs) {
        Ok(compilation) => Ok(Compilation { warnings: diagnostics, ..compilation }),
        Err(problem) => {
            diagnostics.push(problem);
            Err(diagnostics)
        }
    }
}
