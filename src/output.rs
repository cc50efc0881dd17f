//! The generated folder, `.wpt/`: text that is committed and reviewed, and modules that are not.

use std::io;

use camino::{Utf8Path, Utf8PathBuf};
use thiserror::Error;

use crate::{
    compile::Compilation,
    emit::{EmitError, json, summary, text},
};

/// Kept out of version control: what the text refers to, and what a served configuration stores.
const IGNORED: &str = "/modules/\n/storage/\n";

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

/// Writes all generated files to `folder`; files that are right already are not touched.
///
/// # Errors
/// See [`OutputError`].
pub fn write(compilation: &Compilation, folder: &Utf8Path) -> Result<(), OutputError> {
    let plan = &compilation.plan;
    let io = |error| OutputError::Io { folder: folder.to_owned(), error };
    let plan_text = json::plan(plan);
    let print = || {
        Ok(vec![
            (".gitignore", IGNORED.to_owned()),
            ("workerd.capnp", text::config(plan)?),
            ("plan.json", plan_text.clone()),
            ("SUMMARY.md", summary::markdown(plan)?),
        ])
    };
    compilation.modules.write_texts(folder, &plan_text, print, io)?;
    compilation.modules.write_to(&folder.join("modules")).map_err(io)?;
    // `workerd serve .wpt/workerd.capnp` wants the folders of its disk services to be there.
    for service in &plan.services {
        if let crate::plan::ServiceKind::Disk { path, .. } = &service.kind
            && let Some(root) = folder.parent()
        {
            std::fs::create_dir_all(root.join(path)).map_err(io)?;
        }
    }
    Ok(())
}
