//! The modules that an `import(…)` may mean whose argument is known in parts, as in `` import(`./locales/${name}.json`) ``.

use std::sync::Arc;

use camino::Utf8Path;
use globset::{GlobBuilder, GlobMatcher};

use super::{Compiler, Form, globs::is_hidden};
use crate::{
    bundle::{
        resolve::{Resolved, is_code},
        transform::{Import, ImportKind, Pattern},
    },
    diagnostic::{Diagnostic, SourceFile},
    project::relative_path,
};

impl Compiler<'_> {
    /// Compiles all that the arguments may mean. The code stays as it is: which module it is, run time knows.
    pub(super) fn want_possible(
        &mut self,
        file: &Utf8Path,
        url: &str,
        source: &Arc<SourceFile>,
        patterns: &[Pattern],
    ) {
        for pattern in patterns {
            for specifier in self.possible(file, &pattern.parts) {
                let span = pattern.span.clone();
                let (attributes, names) = (vec![], vec![]);
                let import = Import { specifier, span, kind: ImportKind::Dynamic, attributes, names };
                if let Some(found) = self.resolve(source, &import) {
                    self.target(file, url, &import, found);
                }
            }
        }
    }

    /// What an `import(…)` means that only run time knows, may be any file, where tests ask: then all are compiled. What is
    /// wrong with one does not matter, and packages that nothing else imports are not bundled for it. The Worker's own are as
    /// they are when it is deployed: they find what something else imports.
    pub(super) fn guess(&mut self, main: Option<&Utf8Path>) {
        let unknown = std::mem::take(&mut self.unknown_imports);
        let reached = self.reached_from(main);
        let (deployed, of_tests): (Vec<_>, Vec<_>) =
            unknown.into_iter().partition(|(source, _)| reached.contains(&source.path));
        for (source, span) in deployed {
            self.diagnostics.push(
                Diagnostic::warning("dynamic-import", "this import is known only at run time")
                    .label(&source, span, "not compiled ahead of time")
                    .help("modules that something else imports are found; write the path as a string to be sure"),
            );
        }
        if of_tests.is_empty() {
            return;
        }
        self.is_guessing = true;
        for file in
            self.tree.files().filter(|file| is_code(file) && !is_declaration(file) && !is_hidden(file))
        {
            self.want(file.to_owned(), Form::Code);
        }
        self.add_wanted();
    }

    /// Whether an import may lead there: a file that nothing is known to import gets no packages of its own, and nothing of
    /// other folders than the project's.
    pub(super) fn may_reach(&self, resolved: &Resolved) -> bool {
        match resolved {
            Resolved::Dependency { path, .. } if self.is_guessing => {
                self.found.dependencies.values().any(|known| known == path)
            }
            Resolved::Source(path) | Resolved::Data { path, .. } if self.is_guessing => {
                path.starts_with(self.root)
            }
            _ => true,
        }
    }

    /// What the specifier may be, in the importing file.
    fn possible(&self, file: &Utf8Path, parts: &[String]) -> Vec<String> {
        if let [specifier] = parts {
            return vec![specifier.clone()];
        }
        let Some(glob) = glob(parts) else { return vec![] };
        let folder = self.root.join(file.parent().unwrap_or(Utf8Path::new("")));
        let specifiers =
            self.tree.files().filter(|other| *other != file && !is_declaration(other)).map(|other| {
                let path = relative_path(&folder, &self.root.join(other));
                if path.starts_with("..") { path.to_string() } else { format!("./{path}") }
            });
        specifiers.filter(|specifier| glob.is_match(specifier)).collect()
    }
}

/// As esbuild takes it when the Worker is deployed: what follows a slash may have folders in it, anything else has not.
fn glob(parts: &[String]) -> Option<GlobMatcher> {
    let mut glob = String::new();
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            glob += if glob.ends_with('/') { "**/*" } else { "*" };
        }
        glob += &globset::escape(part);
    }
    Some(GlobBuilder::new(&glob).literal_separator(true).build().ok()?.compile_matcher())
}

fn is_declaration(file: &Utf8Path) -> bool {
    [".d.ts", ".d.mts", ".d.cts"].iter().any(|end| file.as_str().ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_follows_a_slash_has_folders() {
        let matches = |parts: &[&str], path: &str| {
            let parts: Vec<String> = parts.iter().map(|part| (*part).to_owned()).collect();
            glob(&parts).unwrap().is_match(path)
        };
        assert!(matches(&["./locales/", ".json"], "./locales/en.json"));
        assert!(matches(&["./locales/", ".json"], "./locales/en/us.json"));
        assert!(!matches(&["./locales/", ".json"], "./locales/en.ts"));
        assert!(!matches(&["./locales/", ".json"], "./other/locales/en.json"));
        assert!(matches(&["./plug-", ".ts"], "./plug-a.ts"));
        assert!(!matches(&["./plug-", ".ts"], "./plug-a/b.ts"));
        assert!(matches(&["../[", "]/", ".ts"], "../[a]/b.ts"));
    }
}
