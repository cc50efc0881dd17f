//! The official esbuild executable, run as a command: arguments in, files and a metafile out.

use std::{
    collections::BTreeMap,
    io::{self, Write as _},
    process::{Command, Stdio},
};

use camino::{Utf8Path, Utf8PathBuf};
use serde::Deserialize;
use thiserror::Error;

use crate::{
    cache::Cache,
    home::{Home, HomeError},
};

/// Settings of `wrangler deploy`'s bundler.
const DEPLOY_ARGUMENTS: [&str; 9] = [
    "--bundle",
    "--format=esm",
    "--platform=browser",
    "--target=es2024",
    "--conditions=workerd,worker,browser",
    "--main-fields=browser,module,main",
    "--loader:.js=jsx",
    "--loader:.mjs=jsx",
    "--loader:.cjs=jsx",
];
/// For bundles that are one file: text is part of it.
pub(crate) const INLINE_TEXT: [&str; 3] = ["--loader:.txt=text", "--loader:.sql=text", "--loader:.html=text"];

/// A bundle made with the settings of `wrangler deploy`.
#[derive(Clone, Copy, Debug)]
pub struct DeployBundle<'a> {
    /// What to bundle.
    pub entry: DeployEntry<'a>,
    /// The project's root: paths in the metafile are relative to it.
    pub root: &'a Utf8Path,
    /// Where esbuild is.
    pub home: &'a Home,
    /// Where the bundle is made.
    pub cache: &'a Cache,
}

/// What is bundled.
#[derive(Clone, Copy, Debug)]
pub enum DeployEntry<'a> {
    /// A file, relative to the root.
    File(&'a Utf8Path),
    /// A TypeScript module that is not a file, and the name that the metafile has for it.
    Text {
        /// The name.
        name: &'a str,
        /// Its text.
        text: &'a str,
    },
}

/// A bundle that was made.
#[derive(Debug)]
pub struct Deployed {
    /// Its text.
    pub code: String,
    /// What esbuild says about it.
    pub metafile: Metafile,
    /// The files that were written beside it, by name.
    pub beside: BTreeMap<String, Vec<u8>>,
    /// The folder in which it was made: what was written there before is an input, but no part of the project.
    pub folder: Utf8PathBuf,
}

/// Why there is no bundle.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DeployError {
    /// Part of the installation is missing.
    #[error(transparent)]
    Home(#[from] HomeError),
    /// esbuild failed; its frames name the files.
    #[error(transparent)]
    Bundle(#[from] EsbuildError),
    /// The cache folder cannot be used.
    #[error("cannot write to the cache folder: {0}")]
    Io(#[from] io::Error),
}

/// Gives the arguments besides those of every deployment; may write files to the folder that it is given.
pub type MoreArguments<'a> = &'a mut dyn FnMut(&Utf8Path) -> io::Result<Vec<String>>;

impl DeployBundle<'_> {
    /// Makes it, in a folder of its own that is gone afterwards.
    ///
    /// # Errors
    /// See [`DeployError`].
    pub fn run(&self, more: MoreArguments<'_>) -> Result<Deployed, DeployError> {
        let temporary = tempfile::tempdir_in(self.cache.folder()?)?;
        let folder = Utf8Path::from_path(temporary.path())
            .ok_or_else(|| io::Error::from(io::ErrorKind::InvalidFilename))?;
        let folder = folder.canonicalize_utf8()?;
        let output = folder.join("bundle.js");
        let mut arguments: Vec<String> = DEPLOY_ARGUMENTS.map(str::to_owned).into();
        let stdin = match self.entry {
            DeployEntry::File(path) => {
                arguments.insert(0, format!("./{path}"));
                None
            }
            DeployEntry::Text { name, text } => {
                arguments.extend(["--loader=ts".to_owned(), format!("--sourcefile={name}")]);
                Some(text.to_owned())
            }
        };
        arguments.extend(more(&folder)?);
        let executable = self.home.esbuild()?;
        let build =
            Build { executable: &executable, directory: self.root, output: &output, arguments, stdin };
        let metafile = build.run()?;
        let others = metafile.outputs.iter().filter(|(_, output)| output.entry_point.is_none());
        let beside = others
            .filter_map(|(path, _)| path.file_name())
            .map(|name| Ok((name.to_owned(), std::fs::read(folder.join(name))?)))
            .collect::<io::Result<_>>()?;
        // Modules that were written there are named by their path, and the folder has another name each time.
        let name = folder.file_name().unwrap_or_default();
        let code = std::fs::read_to_string(&output)?.replace(name, "wpt-gen");
        Ok(Deployed { code, metafile, beside, folder })
    }
}

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
    /// `esm` or `cjs`, if it is JavaScript.
    pub format: Option<String>,
}

/// An import of an [`Input`] or [`Output`].
#[derive(Debug, Deserialize)]
pub struct Import {
    /// What it resolved to.
    pub path: String,
    /// The specifier, if it was resolved to a file.
    pub original: Option<String>,
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
    /// The files that are in it.
    #[serde(default)]
    pub inputs: BTreeMap<Utf8PathBuf, InOutput>,
}

/// What a file gave to an [`Output`].
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InOutput {
    /// How much of the output it is.
    pub bytes_in_output: usize,
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
