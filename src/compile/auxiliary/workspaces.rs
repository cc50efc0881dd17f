//! The folders in which a repository keeps its Workers.

use std::fs;

use camino::{Utf8Path, Utf8PathBuf};
use globset::GlobSet;
use serde_json::Value;

use crate::{bundle::globs::glob_set, project::relative_path};

/// Folders that hold what was installed or built.
const SKIPPED: [&str; 6] = ["node_modules", "dist", "build", "out", "target", "coverage"];
/// How deep below a repository's root Workers are looked for.
const DEPTH: usize = 4;

/// Folders to look for Workers in.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Folders {
    /// The folders, absolute and sorted.
    pub(super) folders: Vec<Utf8PathBuf>,
    /// What they are, in words.
    pub(super) described: String,
}

/// The folders of the workspaces that the project at `root` (absolute) belongs to; else those of its repository, or beside it.
/// The project's own folders are always among them.
pub(super) fn find(root: &Utf8Path) -> Folders {
    let (mut folders, described) = elsewhere(root);
    folders.extend(below(root, DEPTH, None));
    folders.sort();
    folders.dedup();
    Folders { folders, described }
}

fn elsewhere(root: &Utf8Path) -> (Vec<Utf8PathBuf>, String) {
    for folder in root.ancestors() {
        let Some((file, globs)) = workspace_globs(folder) else { continue };
        let (excluded, included): (Vec<_>, Vec<_>) =
            globs.into_iter().partition(|glob| glob.starts_with('!'));
        let excluded: Vec<&str> = excluded.iter().map(|glob| glob[1..].trim_start_matches("./")).collect();
        let patterns = included.iter().map(|glob| glob.trim_start_matches("./").trim_end_matches('/'));
        let (Ok(set), Ok(not)) = (glob_set(patterns.clone()), glob_set(excluded)) else { continue };
        let depth = patterns.map(depth_of).max().unwrap_or_default();
        let mut folders = below(folder, depth, Some((&set, &not)));
        folders.push(folder.to_owned());
        let named = included.iter().map(|glob| format!("`{glob}`")).collect::<Vec<_>>().join(", ");
        let file = relative_path(root, &folder.join(file));
        return (folders, format!("the workspaces of {file} ({named})"));
    }
    if let Some(repository) = root.ancestors().find(|folder| folder.join(".git").exists()) {
        let name = relative_path(root, repository);
        let name = if name.as_str().is_empty() { ".".into() } else { name };
        return (below(repository, DEPTH, None), format!("the folders of the repository ({name})"));
    }
    let beside = root.parent().unwrap_or(root);
    (below(beside, 1, None), "the folders beside the project".to_owned())
}

/// How deep the folders are that a glob matches.
fn depth_of(glob: &str) -> usize {
    if glob.contains("**") { DEPTH } else { glob.split('/').count() }
}

/// `base` and the folders below it, at most `depth` deep: those that the first set has and the second has not.
fn below(base: &Utf8Path, depth: usize, wanted: Option<(&GlobSet, &GlobSet)>) -> Vec<Utf8PathBuf> {
    let walk = walkdir::WalkDir::new(base).max_depth(depth).into_iter().filter_entry(|entry| {
        let name = entry.file_name().to_str().unwrap_or_default();
        entry.depth() == 0
            || (entry.file_type().is_dir() && !name.starts_with('.') && !SKIPPED.contains(&name))
    });
    walk.flatten()
        .filter_map(|entry| Utf8PathBuf::from_path_buf(entry.into_path()).ok())
        .filter(|folder| {
            let name = folder.strip_prefix(base).unwrap_or(folder);
            wanted.is_none_or(|(set, not)| set.is_match(name) && !not.is_match(name))
        })
        .collect()
}

/// The workspace globs of a folder, and the file that has them: npm's, Yarn's and Bun's, or pnpm's.
fn workspace_globs(folder: &Utf8Path) -> Option<(&'static str, Vec<String>)> {
    if let Ok(text) = fs::read_to_string(folder.join("pnpm-workspace.yaml")) {
        let globs = pnpm_packages(&text);
        if !globs.is_empty() {
            return Some(("pnpm-workspace.yaml", globs));
        }
    }
    let text = fs::read(folder.join("package.json")).ok()?;
    let package: Value = serde_json::from_slice(&text).ok()?;
    let workspaces = &package["workspaces"];
    let list = workspaces.as_array().or_else(|| workspaces["packages"].as_array())?;
    let globs: Vec<String> = list.iter().filter_map(|glob| Some(glob.as_str()?.to_owned())).collect();
    (!globs.is_empty()).then_some(("package.json", globs))
}

/// The list `packages` of pnpm's file, which is YAML: one item a line, or all between brackets.
fn pnpm_packages(text: &str) -> Vec<String> {
    let mut lines = text.lines().map(|line| line.split(" #").next().unwrap_or_default().trim_end());
    let Some(first) = lines.find_map(|line| line.strip_prefix("packages:")) else { return vec![] };
    let unquoted = |item: &str| item.trim().trim_matches(['"', '\'']).to_owned();
    if let Some(inner) = first.trim().strip_prefix('[') {
        let items = inner.trim_end_matches(']').split(',').map(unquoted);
        return items.filter(|item| !item.is_empty()).collect();
    }
    lines
        .filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'))
        .map_while(|line| line.trim_start().strip_prefix("- ").map(unquoted))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The folders that are found from `project`, relative to a repository with these files.
    fn found(files: &[(&str, &str)], project: &str) -> (Vec<String>, String) {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap().canonicalize_utf8().unwrap();
        for (path, text) in files {
            let path = root.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let Folders { folders, described } = find(&root.join(project));
        (folders.iter().map(|folder| relative_path(&root, folder).into_string()).collect(), described)
    }

    const WORKERS: [(&str, &str); 5] = [
        ("packages/auth/src/index.ts", ""),
        ("packages/web/src/index.ts", ""),
        ("packages/old/src/index.ts", ""),
        ("tools/x/y", ""),
        ("node_modules/packages/z", ""),
    ];

    #[test]
    fn workspaces_are_npms_or_pnpms() {
        for (file, text) in [
            ("package.json", r#"{ "workspaces": ["packages/*", "!packages/old"] }"#),
            ("package.json", r#"{ "workspaces": { "packages": ["./packages/*", "!packages/old"] } }"#),
            (
                "pnpm-workspace.yaml",
                "# c\npackages:\n  # c\n  - 'packages/*' # c\n\n  - \"!packages/old\"\ncatalog:\n  - x\n",
            ),
            ("pnpm-workspace.yaml", "packages: [packages/*, '!packages/old']\n"),
        ] {
            let files = [&WORKERS[..], &[(file, text)]].concat();
            let (folders, described) = found(&files, "packages/web");
            assert_eq!(folders, ["", "packages/auth", "packages/web", "packages/web/src"], "{text}");
            assert!(described.starts_with(&format!("the workspaces of ../../{file} (`")), "{described}");
        }
    }

    #[test]
    fn without_workspaces_the_repository_is_searched() {
        let files = [&WORKERS[..], &[(".git/HEAD", "")]].concat();
        let (folders, described) = found(&files, "packages/web");
        assert!(folders.contains(&"tools/x".to_owned()) && folders.contains(&"packages/old".to_owned()));
        assert!(!folders.iter().any(|folder| folder.contains("node_modules") || folder.contains(".git")));
        assert_eq!(described, "the folders of the repository (../..)");
    }

    #[test]
    fn without_a_repository_the_folders_beside_are_searched() {
        let (folders, described) = found(&WORKERS, "packages/web");
        assert_eq!(
            folders,
            ["packages", "packages/auth", "packages/old", "packages/web", "packages/web/src"]
        );
        assert_eq!(described, "the folders beside the project");
    }
}
