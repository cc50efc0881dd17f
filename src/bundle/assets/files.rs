//! The files of an assets' folder.

use std::{collections::BTreeMap, fs, sync::Arc, time::UNIX_EPOCH};

use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};
use walkdir::WalkDir;

use super::{
    content_type::content_type,
    ignore::Ignore,
    manifest::{Asset, tag},
};
use crate::{
    cache::{Cache, KeyBuilder, hash},
    diagnostic::{Diagnostic, Diagnostics, SourceFile},
};

/// The most files, and the most bytes of one: limits of the platform.
const MOST_FILES: usize = 100_000;
const LARGEST_FILE: u64 = 25 * 1024 * 1024;

/// What is known of a file from before, for as long as its size and the time of its last change are the same.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Known {
    size: u64,
    /// Nanoseconds since 1970.
    changed: u128,
    tag: String,
}

/// The files that are served, sorted by path; `folder` is absolute, `shown` is how messages call it.
///
/// # Errors
/// The folder breaks a limit of the platform, or cannot be read; the problem has no place yet.
pub(super) fn list(
    folder: &Utf8Path,
    shown: &Utf8Path,
    ignore: &Ignore,
    cache: &Cache,
) -> Result<Vec<Asset>, Diagnostic> {
    let entry = format!("assets-files/{}", &hash(folder.as_str().as_bytes())[..16]);
    let key = KeyBuilder::new().text(folder.as_str()).finish();
    let mut before: BTreeMap<Utf8PathBuf, Known> = cache.read_value(&entry, &key).unwrap_or_default();
    let (mut known, mut assets, mut changed) = (BTreeMap::new(), vec![], false);
    for path in paths(folder, ignore)? {
        let file = folder.join(&path);
        let unreadable = |error: std::io::Error| {
            Diagnostic::error("assets", format!("{shown}/{path} cannot be read: {error}"))
        };
        let metadata = fs::metadata(&file).map_err(unreadable)?;
        if metadata.len() > LARGEST_FILE {
            let title =
                format!("the asset {shown}/{path} has {} bytes; an asset can have 25 MiB", metadata.len());
            return Err(
                Diagnostic::error("assets", title).help("leave it out with a line in `.assetsignore`")
            );
        }
        let time = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        let (size, time) = (metadata.len(), time.unwrap_or_default().as_nanos());
        let content_type = content_type(&path);
        let same = |known: &Known| (known.size, known.changed) == (size, time);
        let tag = if let Some(known) = before.remove(&path).filter(same) {
            known.tag
        } else {
            changed = true;
            tag(&fs::read(&file).map_err(unreadable)?, content_type.as_deref())
        };
        known.insert(path.clone(), Known { size, changed: time, tag: tag.clone() });
        assets.push(Asset { path, tag, content_type });
    }
    if assets.len() > MOST_FILES {
        let title = format!("{shown} has {} assets; a Worker can have {MOST_FILES}", assets.len());
        return Err(Diagnostic::error("assets", title).help("is it the right folder?"));
    }
    if changed || !before.is_empty() {
        cache.write_value(&entry, &key, &known);
    }
    Ok(assets)
}

/// The paths of all files that are not ignored, sorted.
fn paths(folder: &Utf8Path, ignore: &Ignore) -> Result<Vec<Utf8PathBuf>, Diagnostic> {
    let mut paths = vec![];
    for entry in WalkDir::new(folder) {
        let entry = entry.map_err(|error| Diagnostic::error("assets", error.to_string()))?;
        let path = Utf8Path::from_path(entry.path()).ok_or_else(|| {
            let title = format!("the name of the asset {} is not UTF-8", entry.path().display());
            Diagnostic::error("assets", title)
        })?;
        let path = path.strip_prefix(folder).unwrap_or(path);
        // What a link leads to counts, but not the contents of a folder that it leads to.
        if entry.depth() > 0 && entry.path().is_file() && !ignore.ignores(path.as_str()) {
            paths.push(path.to_owned());
        }
    }
    paths.sort_unstable();
    Ok(paths)
}

/// What `.assetsignore` says.
pub(super) fn read_ignore(
    folder: &Utf8Path,
    shown: &Utf8Path,
    diagnostics: &mut Diagnostics,
) -> Result<Ignore, Diagnostic> {
    let Some(file) = read_rules(folder, shown, ".assetsignore")? else { return Ok(Ignore::parse("").0) };
    let (ignore, problems) = Ignore::parse(&file.text);
    for (line, reason) in problems {
        let start: usize = file.text.split_inclusive('\n').take(line - 1).map(str::len).sum();
        let length = file.text[start..].lines().next().map_or(0, str::len);
        diagnostics.push(
            Diagnostic::warning("ignored-rule", format!("the pattern is not used: {reason}")).label(
                &file,
                start..start + length,
                "",
            ),
        );
    }
    Ok(ignore)
}

/// A file that says how to serve the others, if it is there.
pub(super) fn read_rules(
    folder: &Utf8Path,
    shown: &Utf8Path,
    name: &str,
) -> Result<Option<Arc<SourceFile>>, Diagnostic> {
    let file = crate::config::file::read_text(folder, Utf8Path::new(name))?;
    Ok(file.map(|file| Arc::new(SourceFile::new(shown.join(name), file.text))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> (tempfile::TempDir, Utf8PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8PathBuf::from_path_buf(folder.path().canonicalize().unwrap()).unwrap();
        for (path, text) in files {
            fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
            fs::write(root.join(path), text).unwrap();
        }
        (folder, root)
    }

    fn listed(root: &Utf8Path) -> (Result<Vec<Asset>, String>, String) {
        let mut diagnostics = Diagnostics::new();
        let cache = Cache::of_project(&root.join("../cache-of-assets"));
        let shown = Utf8Path::new("public");
        let ignore = read_ignore(root, shown, &mut diagnostics).unwrap();
        let assets = list(root, shown, &ignore, &cache);
        (assets.map_err(|problem| problem.render(false)), diagnostics.render(false))
    }

    #[test]
    fn all_files_that_are_not_ignored_are_served() {
        let (_folder, root) = folder(&[
            ("b.css", ""),
            ("a/index.html", "hi"),
            ("_headers", ""),
            (".assetsignore", "*.map\n[x"),
            ("b.css.map", ""),
            (".well-known/security", ""),
        ]);
        let (assets, problems) = listed(&root);
        let assets = assets.unwrap();
        let paths: Vec<_> = assets.iter().map(|asset| asset.path.as_str()).collect();
        assert_eq!(paths, [".well-known/security", "a/index.html", "b.css"]);
        assert_eq!(assets[1].content_type.as_deref(), Some("text/html; charset=utf-8"));
        assert!(problems.contains("public/.assetsignore:2"), "{problems}");
    }

    #[test]
    fn a_file_is_read_again_when_it_changes() {
        let (_folder, root) = folder(&[("public/a.txt", "one"), ("public/b.txt", "two")]);
        let tags = || -> Vec<String> {
            listed(&root.join("public")).0.unwrap().into_iter().map(|asset| asset.tag).collect()
        };
        let first = tags();
        assert_eq!(first, tags());
        fs::write(root.join("public/b.txt"), "three").unwrap();
        let second = tags();
        assert!(first[0] == second[0] && first[1] != second[1]);
    }

    #[test]
    fn files_that_are_too_large_are_refused() {
        let (_folder, root) = folder(&[]);
        fs::File::create(root.join("film.mp4")).unwrap().set_len(LARGEST_FILE + 1).unwrap();
        insta::assert_snapshot!(listed(&root).0.unwrap_err(), @"
        error[assets]: the asset public/film.mp4 has 26214401 bytes; an asset can have 25 MiB
         |
         = help: leave it out with a line in `.assetsignore`
        ");
    }
}
