//! An import that leads nowhere, and what might have been meant.

use std::{ops::Range, sync::Arc};

use camino::{Utf8Path, Utf8PathBuf};
use oxc_resolver::ResolveError;

use super::data;
use crate::diagnostic::{Diagnostic, Label, Severity, SourceFile, nearest};

/// Why an import could not be resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    code: &'static str,
    title: String,
    help: Vec<String>,
    unusable: Option<Utf8PathBuf>,
}

impl Missing {
    /// The file, if there is one that only is of no use.
    pub fn unusable_file(&self) -> Option<&Utf8Path> {
        self.unusable.as_deref()
    }

    pub(super) fn not_found(
        root: &Utf8Path,
        importer: &Utf8Path,
        specifier: &str,
        path: &str,
        error: &ResolveError,
    ) -> Self {
        if let Some(broken) = Self::broken_file(root, error) {
            return broken;
        }
        let shown = importer.strip_prefix(root).unwrap_or(importer);
        let title = format!("cannot find {specifier:?}, imported by {shown}");
        let relative = path.starts_with('.') || path.starts_with('/');
        let help = match error {
            ResolveError::NotFound(_) | ResolveError::ExtensionAlias(..) if relative => {
                nearest_file(importer, path)
                    .map(|name| format!("did you mean {name:?}?"))
                    .into_iter()
                    .collect()
            }
            ResolveError::NotFound(_) if path.contains("://") => {
                vec!["Workers cannot import from a URL: install the package and import it by name".to_owned()]
            }
            ResolveError::NotFound(_) => install_help(root, path),
            // The crate's own messages name absolute paths; ours are relative to the project.
            other => vec![relative_text(root, &other.to_string())],
        };
        Self { code: "unresolved-import", title, help, unusable: None }
    }

    /// A package.json or tsconfig.json that decides the import and cannot be read.
    fn broken_file(root: &Utf8Path, error: &ResolveError) -> Option<Self> {
        let (path, source) = match error {
            ResolveError::TsconfigLoadFailed { path, source } => (path, &**source),
            ResolveError::Json(json) => (&json.path, error),
            _ => return None,
        };
        let reason = match source {
            ResolveError::Json(json) => json.message.clone(),
            other => other.to_string(),
        };
        let path = path.strip_prefix(root).unwrap_or(path).display();
        let title = relative_text(root, &format!("cannot read {path}: {reason}"));
        Some(Self { code: "broken-json", title, help: Vec::new(), unusable: None })
    }

    /// The file is there, but it is neither code nor named by a rule.
    pub(super) fn unusable(root: &Utf8Path, importer: &Utf8Path, specifier: &str, found: &Utf8Path) -> Self {
        let shown = importer.strip_prefix(root).unwrap_or(importer);
        let extension = found.extension().unwrap_or("*");
        Self {
            code: "unknown-file-type",
            title: format!("{specifier:?}, imported by {shown}, is neither code nor data that a rule names"),
            help: vec![format!(
                "add {{ \"type\": \"Data\", \"globs\": [\"**/*.{extension}\"] }} to \"rules\" in the wrangler file, \
                 or import it with `?raw`"
            )],
            unusable: Some(found.to_owned()),
        }
    }

    /// The error about the import at `span` of `file`.
    pub fn into_diagnostic(self, file: &Arc<SourceFile>, span: Range<usize>) -> Diagnostic {
        let label = Label { file: Arc::clone(file), span, text: String::new() };
        let Self { code, title, help, unusable: _ } = self;
        Diagnostic { code, severity: Severity::Error, title, labels: vec![label], help }
    }
}

/// The file in the folder an import points to whose name is most like the one asked for, as one would import it.
fn nearest_file(importer: &Utf8Path, path: &str) -> Option<String> {
    let (folder, name) = path.rsplit_once('/')?;
    let searched = importer.parent()?.join(folder);
    let wanted = stem(name);
    let mut files: Vec<_> = searched
        .read_dir_utf8()
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.file_name().to_owned()))
        .filter(|file| searched.join(file) != *importer)
        .filter(|file| data::is_code(Utf8Path::new(file)) || searched.join(file).is_dir())
        .collect();
    files.sort();
    let best = nearest(wanted, files.iter().map(|file| stem(file)))?;
    let file = files.iter().find(|file| stem(file) == best)?;
    Some(format!("{folder}/{file}"))
}

/// A file's name up to its last dot.
fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| if stem.is_empty() { name } else { stem })
}

fn install_help(root: &Utf8Path, path: &str) -> Vec<String> {
    let mut parts = path.splitn(3, '/');
    let package = match (parts.next(), parts.next()) {
        (Some(scope), Some(name)) if scope.starts_with('@') => format!("{scope}/{name}"),
        (Some(name), _) => name.to_owned(),
        (None, _) => return Vec::new(),
    };
    if package.starts_with('#') {
        return vec!["names that start with # come from \"imports\" in package.json".to_owned()];
    }
    if root.join("node_modules").join(&package).is_dir() {
        return vec![format!("the package {package:?} is installed, but has no such file")];
    }
    vec![format!(
        "if it is a package, install it (npm install --save-dev {package}); if it is an alias, add it to `paths` in \
         tsconfig.json or to `resolve.alias` in the Vitest config"
    )]
}

fn relative_text(root: &Utf8Path, text: &str) -> String {
    text.replace(&format!("{root}/"), "").replace(root.as_str(), ".")
}
