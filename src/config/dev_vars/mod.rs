//! Local values for variables and secrets: `.dev.vars`, the `.env` family, the process environment.
//!
//! Which file wins is wrangler's rule (4.164.0): `.dev.vars.<environment>`, else `.dev.vars`, and only without either
//! `.env`, `.env.local`, `.env.<environment>` and `.env.<environment>.local`, each over the one before.

use std::{collections::BTreeMap, fmt};

use camino::{Utf8Path, Utf8PathBuf};

use super::{file::read_text, wrangler::Wrangler};
use crate::diagnostic::{Diagnostic, Diagnostics, SourceFile};

mod dotenv;
mod expand;

/// A value that no message, log or generated file may show; `Debug` prints `***`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

/// A name and the local value for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DevVar {
    /// Its name in `env`.
    pub name: String,
    /// Its value, always bound as text.
    pub value: Secret,
    /// Where it was given.
    pub origin: DevVarOrigin,
}

/// Where a [`DevVar`] was given: not an [`Origin`](super::origin::Origin), whose file could be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DevVarOrigin {
    /// A file, relative to the project root, and the 1-based line in it.
    File(Utf8PathBuf, usize),
    /// The process environment.
    Process,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct DevVars {
    /// The values, each name once.
    pub values: Vec<DevVar>,
    /// The process environment over all `.env` files, whether or not these count for `values`: what wrangler itself is told.
    pub environment: Vec<DevVar>,
    /// Every file that was looked for, there or not: the result changes with their content.
    pub looked_for: Vec<Utf8PathBuf>,
}

impl DevVars {
    /// A variable of the environment.
    pub fn variable(&self, name: &str) -> Option<&str> {
        let variable = self.environment.iter().find(|variable| variable.name == name)?;
        Some(variable.value.expose())
    }
}

impl Secret {
    /// Wraps a value.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The value itself; the only way to it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl fmt::Display for DevVarOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path, line) => write!(f, "{path}:{line}"),
            Self::Process => f.write_str("the process environment"),
        }
    }
}

/// Finds the local values for a Worker in the folder of its wrangler file.
///
/// `process` is the process environment. It is read for `CLOUDFLARE_LOAD_DEV_VARS_FROM_DOT_ENV` (`false`: no
/// `.env`) and `CLOUDFLARE_INCLUDE_PROCESS_ENV` (`true`: its variables count, over the `.env` files); they count
/// as well if the wrangler file has a `secrets` table. With that table only declared names are returned, and a
/// required secret without a value is a warning.
pub fn load(
    root: &Utf8Path,
    wrangler: &Wrangler,
    process: &BTreeMap<String, String>,
    diagnostics: &mut Diagnostics,
) -> DevVars {
    let mut search = Search { root, looked_for: Vec::new(), diagnostics };
    let environment = wrangler.environment.as_deref();
    let directory = wrangler.user_directory();
    let values = match search.dev_vars(directory, environment) {
        Some(values) => values,
        None if search.flag(process, "CLOUDFLARE_LOAD_DEV_VARS_FROM_DOT_ENV") == Some(false) => Vec::new(),
        None => {
            let files = search.dot_env(directory, environment);
            let include = wrangler.secrets.is_some()
                || search.flag(process, "CLOUDFLARE_INCLUDE_PROCESS_ENV") == Some(true);
            let none = BTreeMap::new();
            expand::expand(files, if include { process } else { &none })
        }
    };
    let mut looked_for = search.looked_for;
    // What is wrong in a file that does not count is nobody's business.
    let mut unread = Diagnostics::new();
    let mut search = Search { root, looked_for: Vec::new(), diagnostics: &mut unread };
    let environment = expand::expand(search.dot_env(directory, environment), process);
    let others = search.looked_for.into_iter().filter(|file| !looked_for.contains(file));
    let others: Vec<Utf8PathBuf> = others.collect();
    looked_for.extend(others);
    DevVars { values: only_declared(wrangler, values, diagnostics), environment, looked_for }
}

fn only_declared(wrangler: &Wrangler, mut values: Vec<DevVar>, diagnostics: &mut Diagnostics) -> Vec<DevVar> {
    let Some(secrets) = &wrangler.secrets else { return values };
    values.retain(|value| {
        let mut declared = secrets.required.iter().chain(wrangler.vars.iter().map(|var| &var.name));
        declared.any(|name| name.value == value.name)
    });
    for secret in &secrets.required {
        if !values.iter().any(|value| value.name == secret.value) {
            let diagnostic =
                Diagnostic::warning("missing-secret", format!("the secret `{secret}` has no value"));
            diagnostics.push(
                secret
                    .origin
                    .label(diagnostic, "required here")
                    .help(format!("add `{secret}=…` to `.dev.vars` or `.env`, or set it in the environment")),
            );
        }
    }
    values
}

struct Search<'a> {
    root: &'a Utf8Path,
    looked_for: Vec<Utf8PathBuf>,
    diagnostics: &'a mut Diagnostics,
}

impl Search<'_> {
    /// A variable of the process environment that is `true` or `false`, in any case of letters.
    fn flag(&mut self, process: &BTreeMap<String, String>, name: &str) -> Option<bool> {
        let text = process.get(name)?;
        match text.to_ascii_lowercase().as_str() {
            "true" => Some(true),
            "false" => Some(false),
            _ => {
                let title = format!("the environment variable `{name}` cannot be `{text}`");
                self.diagnostics
                    .push(Diagnostic::error("bad-variable", title).help("set it to `true` or `false`"));
                None
            }
        }
    }

    /// The values of the `.dev.vars` file that counts, as they are: nothing in them is expanded.
    fn dev_vars(&mut self, directory: &Utf8Path, environment: Option<&str>) -> Option<Vec<DevVar>> {
        let own = environment.and_then(|name| self.read(&directory.join(format!(".dev.vars.{name}"))));
        own.or_else(|| self.read(&directory.join(".dev.vars")))
    }

    /// The values of all `.env` files, a later one's over an earlier one's.
    fn dot_env(&mut self, directory: &Utf8Path, environment: Option<&str>) -> Vec<DevVar> {
        let mut names = vec![".env".to_owned(), ".env.local".to_owned()];
        names.extend(
            environment.into_iter().flat_map(|name| [format!(".env.{name}"), format!(".env.{name}.local")]),
        );
        let mut values = Vec::new();
        for name in names {
            for value in self.read(&directory.join(name)).unwrap_or_default() {
                insert(&mut values, value);
            }
        }
        values
    }

    fn read(&mut self, path: &Utf8Path) -> Option<Vec<DevVar>> {
        self.looked_for.push(path.to_owned());
        let file = match read_text(self.root, path) {
            Ok(file) => file?,
            Err(diagnostic) => {
                self.diagnostics.push(diagnostic);
                return None;
            }
        };
        Some(self.parse(&file))
    }

    fn parse(&mut self, file: &SourceFile) -> Vec<DevVar> {
        let parsed = dotenv::parse(&file.text);
        for line in parsed.ignored {
            // No label: it would show the line, and with it perhaps a secret.
            let title = format!("line {line} of `{}` is ignored", file.path);
            self.diagnostics.push(
                Diagnostic::warning("dotenv-line", title)
                    .help("write it as NAME=value, or start it with `#`"),
            );
        }
        let mut values = Vec::with_capacity(parsed.assignments.len());
        for assignment in parsed.assignments {
            insert(
                &mut values,
                DevVar {
                    name: assignment.name,
                    value: Secret::new(assignment.value),
                    origin: DevVarOrigin::File(file.path.clone(), assignment.line),
                },
            );
        }
        values
    }
}

/// A name given again takes the new value at its old place, as in a JavaScript object.
fn insert(values: &mut Vec<DevVar>, value: DevVar) {
    match values.iter_mut().find(|earlier| earlier.name == value.name) {
        Some(earlier) => *earlier = value,
        None => values.push(value),
    }
}

#[cfg(test)]
mod tests;
