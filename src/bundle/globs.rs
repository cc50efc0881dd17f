//! Finding test files by Vitest's globs.

use camino::{Utf8Path, Utf8PathBuf};
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// A glob that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the glob `{glob}` cannot be used: {reason}")]
pub struct GlobError {
    glob: String,
    reason: String,
}

/// Test files below `folder` (absolute), sorted: those that match `include` and not `exclude`, and those that match
/// `include_source` and mention `import.meta.vitest`.
///
/// # Errors
/// A glob cannot be used.
pub fn find_test_files(
    folder: &Utf8Path,
    include: &[String],
    exclude: &[String],
    include_source: &[String],
) -> Result<Vec<Utf8PathBuf>, GlobError> {
    let (include, exclude, include_source) = (set(include)?, set(exclude)?, set(include_source)?);
    let relative = |path: &std::path::Path| Some(Utf8Path::from_path(path)?.strip_prefix(folder).ok()?.to_owned());
    let mut files = vec![];
    let walk = walkdir::WalkDir::new(folder).follow_links(true).into_iter().filter_entry(|entry| {
        // A folder is skipped if everything in it is excluded, whatever its name would be.
        !entry.file_type().is_dir()
            || relative(entry.path()).is_none_or(|path| path.as_str().is_empty() || !exclude.is_match(path.join("_")))
    });
    for entry in walk.flatten().filter(|entry| entry.file_type().is_file()) {
        let Some(path) = relative(entry.path()) else { continue };
        if exclude.is_match(&path) {
            continue;
        }
        if include.is_match(&path) || (include_source.is_match(&path) && has_tests(entry.path())) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn has_tests(file: &std::path::Path) -> bool {
    std::fs::read_to_string(file).is_ok_and(|text| text.contains("import.meta.vitest"))
}

/// Whether one of the command line's filters means `file` (relative to `root`): a part of its path, as in Vitest.
pub fn is_wanted(root: &Utf8Path, file: &Utf8Path, filters: &[String]) -> bool {
    filters.is_empty()
        || filters.iter().any(|filter| {
            let filter = filter.strip_prefix("./").unwrap_or(filter);
            file.as_str().contains(filter) || root.join(file).as_str().contains(filter)
        })
}

fn set(globs: &[String]) -> Result<GlobSet, GlobError> {
    let mut builder = GlobSetBuilder::new();
    for glob in globs {
        let error = |reason: String| GlobError { glob: glob.clone(), reason };
        let lowered = lower_extglob(glob.strip_prefix("./").unwrap_or(glob))
            .ok_or_else(|| error("of extended globs, only `?(…)` and `@(…)` are supported".to_owned()))?;
        let compiled = GlobBuilder::new(&lowered)
            .literal_separator(true)
            .empty_alternates(true)
            .build()
            .map_err(|problem| error(problem.kind().to_string()))?;
        builder.add(compiled);
    }
    builder.build().map_err(|problem| GlobError { glob: String::new(), reason: problem.to_string() })
}

/// `?(a|b)` and `@(a|b)` as alternatives in braces, which is what the matcher knows; `None` for other extended globs.
fn lower_extglob(glob: &str) -> Option<String> {
    let mut lowered = String::with_capacity(glob.len());
    let mut open = 0_u32;
    let mut chars = glob.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '?' | '@' if chars.peek() == Some(&'(') => {
                chars.next();
                lowered.push_str(if c == '?' { "{," } else { "{" });
                open += 1;
            }
            '!' | '+' | '*' if chars.peek() == Some(&'(') => return None,
            '|' if open > 0 => lowered.push(','),
            ')' if open > 0 => {
                lowered.push('}');
                open -= 1;
            }
            c => lowered.push(c),
        }
    }
    Some(lowered)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vitests_defaults_find_test_files_only() {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap();
        for path in [
            "src/b.test.ts", "a.spec.mjs", "test/helper.ts", "node_modules/x/y.test.js", "deep/er/c.test.tsx", "d.test.json",
            ".git/e.test.ts", "src/in-source.ts", "src/plain.ts",
        ] {
            let file = root.join(path);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, if path.contains("in-source") { "if (import.meta.vitest) {}" } else { "" }).unwrap();
        }
        let strings = |globs: &[&str]| globs.iter().map(|&glob| glob.to_owned()).collect::<Vec<_>>();
        let find = |include_source: &[&str]| {
            find_test_files(
                root,
                &strings(&["**/*.{test,spec}.?(c|m)[jt]s?(x)"]),
                &strings(&["**/node_modules/**", "**/.git/**"]),
                &strings(include_source),
            )
            .unwrap()
        };
        assert_eq!(find(&[]), ["a.spec.mjs", "deep/er/c.test.tsx", "src/b.test.ts"]);
        assert!(find(&["src/**/*.ts"]).contains(&"src/in-source.ts".into()));
    }

    #[test]
    fn filters_are_parts_of_paths() {
        let wanted = |filter: &str| is_wanted(Utf8Path::new("/p"), Utf8Path::new("test/a.test.ts"), &[filter.to_owned()]);
        assert!(wanted("a.test") && wanted("./test/a") && wanted("/p/test/a.test.ts") && !wanted("b"));
    }

    #[test]
    fn other_extended_globs_are_errors() {
        insta::assert_snapshot!(
            set(&["!(x).ts".to_owned()]).unwrap_err(),
            @"the glob `!(x).ts` cannot be used: of extended globs, only `?(…)` and `@(…)` are supported"
        );
    }
}
