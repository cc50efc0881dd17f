//! What decides where imports lead, apart from the importing text: which files there are, what tsconfig.json and package.json
//! files say, and which packages are installed.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use camino::{Utf8Path, Utf8PathBuf};

use crate::{
    bundle::resolve::INSTALLED,
    cache::{Key, KeyBuilder},
};

/// The files of a project.
#[derive(Debug, Default)]
pub(super) struct Tree {
    /// Their paths relative to the root, and whether each is a link.
    files: BTreeMap<String, bool>,
}

impl Tree {
    /// Folders whose contents are not sources of the project.
    pub(super) const SKIPPED: [&str; 3] = ["node_modules", ".git", ".wpt"];

    /// Lists what is below `root`.
    pub(super) fn read(root: &Utf8Path) -> Self {
        let walk = walkdir::WalkDir::new(root).into_iter().filter_entry(|entry| {
            entry.depth() == 0
                || !entry.file_name().to_str().is_some_and(|name| Self::SKIPPED.contains(&name))
        });
        let files = walk.flatten().filter(|entry| !entry.file_type().is_dir()).filter_map(|entry| {
            let path = entry.path().to_str()?.strip_prefix(root.as_str())?.trim_start_matches('/');
            Some((path.to_owned(), entry.path_is_symlink()))
        });
        Self { files: files.collect() }
    }

    /// Whether there is such a file; the path is relative to the root.
    pub(super) fn has(&self, file: &Utf8Path) -> bool {
        self.files.contains_key(file.as_str())
    }

    /// All files, relative to the root.
    pub(super) fn files(&self) -> impl Iterator<Item = &Utf8Path> {
        self.files.keys().map(Utf8Path::new)
    }

    /// Whether a file or folder is a symbolic link.
    pub(super) fn has_links(&self) -> bool {
        self.files.values().any(|is_link| *is_link)
    }

    /// Adds the files' paths to a key.
    pub(super) fn add_files(&self, key: KeyBuilder) -> KeyBuilder {
        self.files.keys().fold(key, |key, file| key.text(file))
    }

    /// Stands for all that decides where imports lead; `settings` are those of the config files.
    pub(super) fn key(&self, root: &Utf8Path, settings: &str) -> Key {
        let mut key = self.add_files(KeyBuilder::new().text(settings));
        let mut seen = BTreeSet::new();
        for (file, is_link) in &self.files {
            let name = file.rsplit('/').next().unwrap_or_default();
            if name == "package.json" || is_tsconfig(name) {
                key = with_extended(key, &root.join(file), &mut seen);
            } else if *is_link && let Ok(target) = fs::read_link(root.join(file)) {
                key = key.text(&target.to_string_lossy());
            }
        }
        for folder in root.ancestors() {
            for name in INSTALLED {
                key = key.stat(&folder.join("node_modules").join(name));
            }
            if folder != root {
                for name in ["tsconfig.json", "package.json"] {
                    key = with_extended(key, &folder.join(name), &mut seen);
                }
            }
        }
        key.finish()
    }
}

fn is_tsconfig(name: &str) -> bool {
    (name.starts_with("tsconfig") || name.starts_with("jsconfig"))
        && Utf8Path::new(name).extension() == Some("json")
}

/// Adds a file, and what its `extends` names: a path, or a file of a package.
fn with_extended(key: KeyBuilder, file: &Utf8Path, seen: &mut BTreeSet<Utf8PathBuf>) -> KeyBuilder {
    if !seen.insert(file.to_owned()) {
        return key;
    }
    let Ok(text) = fs::read_to_string(file) else { return key };
    let mut key = key.text(file.as_str()).text(&text);
    let Some((_, rest)) = text.split_once("\"extends\"") else { return key };
    // Up to the end of a string or of a list of strings.
    let rest = rest.trim_start().trim_start_matches(':').trim_start();
    let value =
        if rest.starts_with('[') { rest.split(']').next() } else { rest.split([',', '}', '\n']).next() };
    let folder = file.parent().unwrap_or(file);
    for extended in value.unwrap_or_default().split('"').skip(1).step_by(2) {
        let bases: Vec<Utf8PathBuf> = if extended.starts_with(['.', '/']) {
            vec![folder.join(extended)]
        } else {
            folder.ancestors().map(|folder| folder.join("node_modules").join(extended)).collect()
        };
        for base in bases {
            for path in [base.clone(), format!("{base}.json").into(), base.join("tsconfig.json")] {
                key = with_extended(key, &path, seen);
            }
        }
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_changes_with_what_imports_resolve_by() {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap().canonicalize_utf8().unwrap();
        let project = root.join("packages/one");
        let write = |path: &str, text: &str| {
            fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
            fs::write(root.join(path), text).unwrap();
        };
        let mut last = String::new();
        let mut changed = || {
            let key = format!("{:?}", Tree::read(&project).key(&project, ""));
            std::mem::replace(&mut last, key.clone()) != key
        };
        write("packages/one/src/a.ts", "1");
        write("packages/one/tsconfig.json", r#"{ "extends": ["../base", "shared/tsconfig"] }"#);
        assert!(changed());
        write("packages/one/src/a.ts", "2");
        assert!(!changed());
        write("packages/one/src/b.ts", "");
        assert!(changed());
        write("packages/base.json", "{}");
        assert!(changed());
        write("packages/base.json", r#"{ "compilerOptions": {} }"#);
        assert!(changed());
        write("node_modules/shared/tsconfig.json", "{}");
        assert!(changed());
        write("packages/one/node_modules/new/index.js", "");
        assert!(changed());
        assert!(!changed());
    }
}
