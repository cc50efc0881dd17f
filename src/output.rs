//! The generated folder, `.wpt/`: text that is committed and reviewed, and modules that are not.

use std::io;

use camino::Utf8PathBuf;
use thiserror::Error;

use crate::{
    compile::Compilation,
    emit::{EmitError, json, summary, text},
};

/// Kept out of version control: what the text refers to, and what a served configuration stores.
const IGNORED: &str = "/details.capnp\n/modules/\n/storage/\n";

/// Generated files that cannot be written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OutputError {
    /// The plan cannot be printed.
    #[error(transparent)]
    Emit(#[from] EmitError),
    /// A file cannot be written.
    #[error("cannot write to {folder}: {error}")]
    Io {
        /// The generated folder.
        folder: Utf8PathBuf,
        /// Why.
        error: io::Error,
    },
}

impl Compilation {
    /// The folder of the project's generated files; absolute.
    pub fn folder(&self) -> Utf8PathBuf {
        self.project.root.join(&self.project.output)
    }
}

/// Writes all generated files of a project; files that are right already are not touched.
///
/// # Errors
/// See [`OutputError`].
pub fn write(compilation: &Compilation) -> Result<(), OutputError> {
    let plan = &compilation.plan;
    let folder = compilation.folder();
    let io = |error| OutputError::Io { folder: folder.clone(), error };
    let plan_text = json::plan(plan);
    let print = || {
        let config = text::config(plan)?;
        Ok(vec![
            (".gitignore", IGNORED.to_owned()),
            ("workerd.capnp", config.page),
            ("details.capnp", config.details),
            ("plan.json", plan_text.clone()),
            ("SUMMARY.md", summary::markdown(plan)?),
        ])
    };
    compilation.modules.write_texts(&folder, &plan_text, print, io)?;
    compilation.modules.write_to(&folder.join("modules")).map_err(io)?;
    // `workerd serve .wpt/workerd.capnp` wants the folders of its disk services to be there.
    for service in &plan.services {
        if let crate::plan::ServiceKind::Disk { path, .. } = &service.kind {
            std::fs::create_dir_all(compilation.project.root.join(path)).map_err(io)?;
        }
    }
    Ok(())
}
