//! The official esbuild executable, run as a command: arguments in, files and a metafile out.

use std::{
    collections::BTreeMap,
    io::{self, Write as _},
    process::{Command, Stdio},
};

use camino::{Utf8Path, Utf8PathBuf};
use serde::Deserialize;
use thiserror::Error;

/// One run of esbuild.
#[derive(Debug)]
pub struct Build<'a> {
    /// The executable.
    pub executable: &'a Utf8Path,
    /// Paths in the metafile are relative to it; bare specifiers of [`Build::stdin`] are resolved from it.
    pub directory: &'a Utf8Path,
    /// Where to write; esbuild makes it.
    pub output: &'a Utf8Path,
    /// All other arguments.
    pub arguments: Vec<String>,
    /// The entry's text, if it is not a file named in the arguments.
    pub stdin: Option<String>,
}

/// What esbuild says about a build. The fields are those of its documented metafile.
#[derive(Debug, Deserialize)]
pub struct Metafile {
    /// Every file that was read, relative to [`Build::directory`].
    pub inputs: BTreeMap<Utf8PathBuf, Input>,
    /// Every file that was written.
    pub outputs: BTreeMap<Utf8PathBuf, Output>,
}

/// A file that was read.
#[derive(Debug, Deserialize)]
pub struct Input {
    /// Its imports.
    #[serde(default)]
    pub imports: Vec<Import>,
}

/// An import of an [`Input`] or [`Output`].
#[derive(Debug, Deserialize)]
pub struct Import {
    /// What it resolved to.
    pub path: String,
    /// As esbuild names them: `import-statement`, `dynamic-import`, `require-call`, …
    pub kind: String,
    /// Whether it was left to the runtime.
    #[serde(default)]
    pub external: bool,
}

/// A file that was written.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// The names it exports.
    #[serde(default)]
    pub exports: Vec<String>,
    /// What is left for the runtime to import.
    #[serde(default)]
    pub imports: Vec<Import>,
    /// The entry it was made for.
    pub entry_point: Option<String>,
}

/// A build that gave nothing.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum EsbuildError {
    /// The executable cannot be run.
    #[error("cannot run esbuild ({path}): {error}")]
    Run {
        /// The executable.
        path: Utf8PathBuf,
        /// Why.
        error: io::Error,
    },
    /// esbuild found errors; its own frames are good and are shown as they are.
    #[error("{0}")]
    Failed(String),
    /// The metafile is missing or not what the documentation says.
    #[error("esbuild wrote no usable metafile: {0}")]
    Metafile(String),
}

impl Build<'_> {
    /// Runs it.
    ///
    /// # Errors
    /// See [`EsbuildError`].
    pub fn run(&self) -> Result<Metafile, EsbuildError> {
        let run_error = |error| EsbuildError::Run { path: self.executable.to_owned(), error };
        let metafile = self.output.with_extension("meta.json");
        let mut child = Command::new(self.executable)
            .current_dir(self.directory)
            .args(&self.arguments)
            .arg(format!("--outfile={}", self.output))
            .arg(format!("--metafile={metafile}"))
            .args([
                "--log-level=warning",
                "--log-override:unsupported-dynamic-import=silent",
                "--color=false",
            ])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(run_error)?;
        if let (Some(mut stdin), Some(text)) = (child.stdin.take(), &self.stdin) {
            stdin.write_all(text.as_bytes()).map_err(run_error)?;
        }
        let finished = child.wait_with_output().map_err(run_error)?;
        if !finished.status.success() {
            return Err(EsbuildError::Failed(String::from_utf8_lossy(&finished.stderr).trim().to_owned()));
        }
        let text = std::fs::read(&metafile).map_err(|error| EsbuildError::Metafile(error.to_string()))?;
        serde_json::from_slice(&text).map_err(|error| EsbuildError::Metafile(error.to_string()))
    }
}
