//! How commands print: for people, for programs, or for GitHub.

use std::env;

use camino::{Utf8Path, Utf8PathBuf};
use clap::{Args, ValueEnum};

use crate::{
    diagnostic::{Annotation, Diagnostic, Diagnostics, Severity},
    project::relative_path,
};

/// What output is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people.
    Text,
    /// For programs: the result is JSON, and so is each problem.
    Json,
    /// For GitHub Actions: problems become annotations.
    Github,
}

/// What most commands take.
#[derive(Clone, Debug, Args)]
pub(super) struct FormatArguments {
    /// How to print problems and results.
    #[arg(long, value_enum, value_name = "NAME", default_value_t = Format::Text)]
    pub(super) format: Format,
}

/// Prints problems to stderr.
pub(super) struct Problems {
    pub(super) format: Format,
    /// The project's folder as annotations name it.
    pub(super) folder: Utf8PathBuf,
}

impl Problems {
    /// Problems of the project in `root`.
    pub(super) fn of(root: &Utf8Path, format: Format) -> Self {
        Self {
            format,
            folder: if format == Format::Github { in_repository(root) } else { Utf8PathBuf::new() },
        }
    }

    /// Prints diagnostics; for people with colour where stderr is a terminal that wants it.
    pub(super) fn print(&self, diagnostics: &Diagnostics) {
        match self.format {
            Format::Text if diagnostics.is_empty() => {}
            Format::Text => anstream::eprintln!("{}", diagnostics.render(true).trim_end()),
            Format::Json => diagnostics.iter().for_each(|diagnostic| eprintln!("{}", diagnostic.json())),
            Format::Github => {
                for diagnostic in diagnostics {
                    eprintln!("{}", diagnostic.annotation(&self.folder).command());
                }
            }
        }
    }

    /// Prints a problem that has no place in a file.
    pub(super) fn error(&self, message: &str) {
        match self.format {
            Format::Text => anstream::eprintln!("error: {message}"),
            Format::Json | Format::Github => {
                self.print(&Diagnostics::from_iter([Diagnostic::error("failed", message)]));
            }
        }
    }

    /// The annotation of an error at a line of a file of the project.
    pub(super) fn annotation<'a>(
        &self,
        file: &Utf8Path,
        line: usize,
        title: &'a str,
        message: String,
    ) -> Annotation<'a> {
        let place = Some((self.folder.join(file), [line, 1], [line, 1]));
        Annotation { severity: Severity::Error, place, title, message }
    }
}

/// A folder as GitHub names it: from the root of the checked-out repository, or else from where we are.
fn in_repository(folder: &Utf8Path) -> Utf8PathBuf {
    let here = || env::current_dir().ok().and_then(|folder| Utf8PathBuf::from_path_buf(folder).ok());
    let workspace = env::var("GITHUB_WORKSPACE").ok().map(Utf8PathBuf::from);
    let root = workspace.or_else(here).and_then(|root| root.canonicalize_utf8().ok());
    match (root, folder.canonicalize_utf8()) {
        (Some(root), Ok(folder)) => relative_path(&root, &folder),
        _ => folder.to_owned(),
    }
}
