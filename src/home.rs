//! Where wpt-gen's own files are: `runner-js/` and the npm packages it is installed with (workerd, esbuild, Miniflare).

use std::{
    env,
    process::{Command, Stdio},
};

use camino::{Utf8Path, Utf8PathBuf};
use thiserror::Error;

/// Names the folder that holds `runner-js/`, when the executable is not inside it.
pub const HOME_VARIABLE: &str = "WPT_GEN_HOME";
/// Names the `workerd` executable to use instead of the installed one.
pub const WORKERD_VARIABLE: &str = "WPT_WORKERD";
/// Names the `esbuild` executable to use instead of the installed one.
pub const ESBUILD_VARIABLE: &str = "WPT_ESBUILD";
/// Names the `node` executable to use instead of the one on the `PATH`.
pub const NODE_VARIABLE: &str = "WPT_NODE";

/// The Node.js to run programs of `runner-js/node/` with.
pub fn node() -> String {
    env::var(NODE_VARIABLE).unwrap_or_else(|_| "node".to_owned())
}

/// Runs a program of `runner-js/node/` that opens the Vitest config of the folder `root`, as Vitest itself would be run.
pub fn vitest_program(script: &Utf8Path, root: &Utf8Path) -> Command {
    let mut command = Command::new(node());
    command
        // Errors name the places in the config as it was written.
        .arg("--enable-source-maps")
        .arg(script)
        .current_dir(root)
        .env("VITEST", "true")
        .env("NODE_ENV", env::var("NODE_ENV").unwrap_or_else(|_| "test".to_owned()))
        // Held open for as long as we live: the program ends itself when it is closed.
        .stdin(Stdio::piped());
    command
}

/// The installation.
#[derive(Clone, Debug)]
pub struct Home {
    root: Utf8PathBuf,
}

/// A part of the installation that is not there.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum HomeError {
    /// No folder with `runner-js/` at or above the executable.
    #[error(
        "wpt-gen's own files were not found next to its executable; set {HOME_VARIABLE} to the folder that holds `runner-js`"
    )]
    NotFound,
    /// An npm package is missing.
    #[error("the npm package `{package}` is not installed; run `npm ci` in {home}")]
    Package {
        /// The package.
        package: String,
        /// The installation's folder.
        home: Utf8PathBuf,
    },
    /// This machine has no build of an executable.
    #[error("there is no {program} for this machine ({os} {arch})")]
    Platform {
        /// The program.
        program: &'static str,
        /// Rust's name of the operating system.
        os: &'static str,
        /// Rust's name of the processor.
        arch: &'static str,
    },
}

impl Home {
    /// Finds the installation.
    ///
    /// # Errors
    /// There is none.
    pub fn find() -> Result<Self, HomeError> {
        if let Ok(root) = env::var(HOME_VARIABLE) {
            return Ok(Self { root: root.into() });
        }
        let executable =
            env::current_exe().and_then(|path| path.canonicalize()).map_err(|_| HomeError::NotFound)?;
        let executable = Utf8PathBuf::from_path_buf(executable).map_err(|_| HomeError::NotFound)?;
        executable
            .ancestors()
            .find(|folder| folder.join("runner-js/src/runner.ts").is_file())
            .map(|root| Self { root: root.to_owned() })
            .ok_or(HomeError::NotFound)
    }

    /// The installation in `root`.
    #[cfg(test)]
    pub(crate) fn at(root: impl Into<Utf8PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The folder that holds `runner-js/`.
    pub fn root(&self) -> &Utf8Path {
        &self.root
    }

    /// A file of `runner-js/`.
    pub fn runner_js(&self, path: &str) -> Utf8PathBuf {
        self.root.join("runner-js").join(path)
    }

    /// The folder of an npm package that wpt-gen depends on.
    ///
    /// # Errors
    /// It is not installed.
    pub fn package(&self, name: &str) -> Result<Utf8PathBuf, HomeError> {
        package_from(&self.root, name)
            .ok_or_else(|| HomeError::Package { package: name.to_owned(), home: self.root.clone() })
    }

    /// The `workerd` executable.
    ///
    /// # Errors
    /// It is not installed, or there is none for this machine.
    pub fn workerd(&self) -> Result<Utf8PathBuf, HomeError> {
        if let Ok(path) = env::var(WORKERD_VARIABLE) {
            return Ok(path.into());
        }
        let platform = platform("workerd", [("x86_64", "64"), ("aarch64", "arm64")])?;
        Ok(self.package(&format!("@cloudflare/workerd-{platform}"))?.join("bin/workerd"))
    }

    /// The `esbuild` executable.
    ///
    /// # Errors
    /// It is not installed, or there is none for this machine.
    pub fn esbuild(&self) -> Result<Utf8PathBuf, HomeError> {
        if let Ok(path) = env::var(ESBUILD_VARIABLE) {
            return Ok(path.into());
        }
        let platform = platform("esbuild", [("x86_64", "x64"), ("aarch64", "arm64")])?;
        Ok(self.package(&format!("@esbuild/{platform}"))?.join("bin/esbuild"))
    }
}

/// The npm packages' name of this machine: `linux-x64` and the like.
fn platform(program: &'static str, archs: [(&str, &str); 2]) -> Result<String, HomeError> {
    let unsupported = HomeError::Platform { program, os: env::consts::OS, arch: env::consts::ARCH };
    let os = match env::consts::OS {
        "linux" => "linux",
        "macos" => "darwin",
        _ => return Err(unsupported),
    };
    let arch = archs.iter().find(|(rust, _)| *rust == env::consts::ARCH).ok_or(unsupported)?;
    Ok(format!("{os}-{}", arch.1))
}

/// The folder of an npm package as Node finds it from `folder`.
pub(crate) fn package_from(folder: &Utf8Path, name: &str) -> Option<Utf8PathBuf> {
    folder
        .ancestors()
        .map(|ancestor| ancestor.join("node_modules").join(name))
        .find(|package| package.join("package.json").is_file())
        .map(|package| package.canonicalize_utf8().unwrap_or(package))
}
