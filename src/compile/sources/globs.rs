//! The files that an `import.meta.glob(…)` matches.

use camino::{Utf8Path, Utf8PathBuf};

use super::Compiler;
use crate::{
    bundle::{
        dependencies::normalize,
        globs::glob_set,
        transform::{Glob, GlobMatch},
    },
    project::relative_path,
};

impl Compiler<'_> {
    /// The modules that match in `file`, in the order of their paths, named as Vite names them.
    pub(super) fn glob(&self, file: &Utf8Path, glob: &Glob) -> Result<Vec<GlobMatch>, String> {
        let folder = file.parent().unwrap_or(Utf8Path::new(""));
        let base = match glob.base.as_deref() {
            Some(base) => normalize(&match base.strip_prefix('/') {
                Some(base) => Utf8PathBuf::from(base),
                None => folder.join(base),
            }),
            None => folder.to_owned(),
        };
        let patterns = glob.patterns.iter().map(|pattern| self.below_root(&base, pattern));
        let (negative, positive): (Vec<_>, Vec<_>) =
            patterns.collect::<Result<Vec<_>, _>>()?.into_iter().partition(|(is_negative, _)| *is_negative);
        let set = |patterns: &[(bool, String)]| {
            glob_set(patterns.iter().map(|(_, pattern)| pattern.as_str())).map_err(|error| error.to_string())
        };
        let (included, excluded) = (set(&positive)?, set(&negative)?);
        let is_relative = glob.patterns.iter().all(|pattern| pattern.starts_with(['.', '!']));
        let from_folder = |folder: &Utf8Path, found: &Utf8Path| {
            let path = relative_path(&self.root.join(folder), &self.root.join(found));
            if path.as_str().starts_with('.') { path.into_string() } else { format!("./{path}") }
        };
        let files = self.tree.files().filter(|found| {
            *found != file
                && (glob.exhaustive || !is_hidden(found))
                && included.is_match(found)
                && !excluded.is_match(found)
        });
        Ok(files
            .map(|found| GlobMatch {
                key: match &glob.base {
                    Some(_) => from_folder(&base, found),
                    None if is_relative => from_folder(folder, found),
                    None => format!("/{found}"),
                },
                specifier: from_folder(folder, found),
            })
            .collect())
    }

    /// Whether a pattern excludes, and the pattern relative to the root.
    fn below_root(&self, base: &Utf8Path, pattern: &str) -> Result<(bool, String), String> {
        let (is_negative, plain) = match pattern.strip_prefix('!') {
            Some(plain) => (true, plain),
            None => (false, pattern),
        };
        let path = if let Some(path) = plain.strip_prefix('/') {
            Utf8PathBuf::from(path)
        } else if plain.starts_with("./") || plain.starts_with("../") {
            normalize(&base.join(plain))
        } else if plain.starts_with("**") {
            Utf8PathBuf::from(plain)
        } else {
            let aliased = self.resolver.aliased(plain).map(Utf8PathBuf::from);
            let below = aliased.as_ref().and_then(|path| path.strip_prefix(self.root).ok());
            let below = below.map(Utf8Path::to_owned);
            below.ok_or_else(|| format!("{pattern:?} must start with \"/\", \"./\", \"../\" or an alias"))?
        };
        if path.starts_with("..") {
            return Err(format!("{pattern:?} leaves the project's root"));
        }
        Ok((is_negative, path.into_string()))
    }
}

/// Whether `*` leaves the file out: its name, or that of a folder, starts with a dot.
pub(super) fn is_hidden(file: &Utf8Path) -> bool {
    file.components().any(|part| part.as_str().starts_with('.'))
}
