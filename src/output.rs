//! The generated folder, `.wpt/`: text that is committed and reviewed, and modules that are not.

use std::{fs, io};

use camino::{Utf8Path, Utf8PathBuf};
use similar::TextDiff;
use thiserror::Error;

use crate::{
    bundle::store::write_if_changed,
    compile::{Compilation, Served},
    emit::{EmitError, json, summary, text},
    plan::{Plan, ServiceKind},
};

/// Kept out of version control: what the text refers to, and what a served configuration stores.
const IGNORED: &str = "/details.capnp\n/modules/\n/storage/\n";

/// The generated file that is not committed.
const DETAILS: &str = "details.capnp";

/// Generated files that cannot be written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OutputError {
    /// The plan cannot be printed.
    #[error(transparent)]
    Emit(#[from] EmitError),
    /// A committed file cannot be read.
    #[error("cannot read {path}: {error}")]
    Read {
        /// The file, relative to the project root.
        path: Utf8PathBuf,
        /// Why.
        error: io::Error,
    },
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
    let whole_plan = serde_json::to_string(plan).map_err(io::Error::from).map_err(io)?;
    compilation.modules.write_texts(&folder, &whole_plan, || texts(plan), io)?;
    compilation.modules.write_to(&folder.join("modules")).map_err(io)?;
    make_disks(plan, &compilation.project.root).map_err(io)
}

/// Writes the configuration of a project that is served, below `folder`: relative to `root`.
///
/// # Errors
/// See [`OutputError`].
pub fn write_served(served: &Served, root: &Utf8Path, folder: &Utf8Path) -> Result<(), OutputError> {
    let absolute = root.join(folder);
    let io = |error| OutputError::Io { folder: absolute.clone(), error };
    let config = text::config(&served.plan)?;
    let files = [(".gitignore", "*\n"), ("workerd.capnp", &config.page), (DETAILS, &config.details)];
    for (name, text) in files {
        write_if_changed(&absolute.join(name), text.as_bytes()).map_err(io)?;
    }
    served.modules.write_to(&absolute.join("modules")).map_err(io)?;
    make_disks(&served.plan, root).map_err(io)
}

/// `workerd serve` wants the folders of its disk services to be there.
fn make_disks(plan: &Plan, root: &Utf8Path) -> io::Result<()> {
    for service in &plan.services {
        if let ServiceKind::Disk { path, .. } = &service.kind {
            fs::create_dir_all(root.join(path))?;
        }
    }
    Ok(())
}

/// Every generated file but the modules, by name.
fn texts(plan: &Plan) -> Result<Vec<(&'static str, String)>, OutputError> {
    let config = text::config(plan)?;
    Ok(vec![
        (".gitignore", IGNORED.to_owned()),
        ("workerd.capnp", config.page),
        (DETAILS, config.details),
        ("plan.json", json::plan(plan)),
        ("SUMMARY.md", summary::markdown(plan)?),
    ])
}

/// A committed file that is not what would be generated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stale {
    /// The file, relative to the project root.
    pub path: Utf8PathBuf,
    /// Whether there is no such file.
    pub is_missing: bool,
    /// The first line that differs, counted from 1.
    pub line: usize,
    /// From the committed file to what would be generated, as a unified diff.
    pub diff: String,
}

/// The committed files of a project that are not what would be generated; nothing is written.
///
/// # Errors
/// The plan cannot be printed, or a file cannot be read.
pub fn stale(compilation: &Compilation) -> Result<Vec<Stale>, OutputError> {
    let mut found = vec![];
    for (name, generated) in texts(&compilation.plan)? {
        if name == DETAILS {
            continue;
        }
        let path = compilation.project.output.join(name);
        let (committed, is_missing) = match fs::read(compilation.folder().join(name)) {
            Ok(bytes) => (String::from_utf8_lossy(&bytes).into_owned(), false),
            Err(error) if error.kind() == io::ErrorKind::NotFound => (String::new(), true),
            Err(error) => return Err(OutputError::Read { path, error }),
        };
        if is_missing || committed != generated {
            found.push(Stale {
                line: first_difference(&committed, &generated),
                diff: diff(&path, &committed, &generated),
                path,
                is_missing,
            });
        }
    }
    Ok(found)
}

/// The number of the first line in which two texts differ.
fn first_difference(one: &str, other: &str) -> usize {
    1 + one.lines().zip(other.lines()).take_while(|(one, other)| one == other).count()
}

fn diff(path: &Utf8Path, committed: &str, generated: &str) -> String {
    TextDiff::from_lines(committed, generated)
        .unified_diff()
        .header(&format!("{path} (committed)"), &format!("{path} (generated)"))
        .to_string()
}
