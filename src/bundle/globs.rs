//! Which files are tests: Vitest's `include`, `exclude` and `includeSource`, and the file filters of its
//! command line.
//!
//! Vitest matches with picomatch; its patterns are translated for `globset`.

mod filter;
mod pattern;
mod regexp;

use camino::{Utf8Path, Utf8PathBuf};
use globset::{GlobSet, GlobSetBuilder};
use walkdir::{DirEntry, WalkDir};

pub use filter::{FileFilter, RangeFilter};
pub use pattern::InvalidGlob;
pub(crate) use regexp::regexp_of;

/// The text that makes a file matched by `includeSource` a test.
const IN_SOURCE: &str = "import.meta.vitest";

/// The patterns of a Vitest config that say which files are tests, relative to its root.
#[derive(Clone, Debug)]
pub struct TestGlobs {
    include: GlobSet,
    exclude: GlobSet,
    /// Folders in which everything is excluded.
    pruned: GlobSet,
    include_source: GlobSet,
}

impl TestGlobs {
    /// Translates the three lists; `root` is the folder absolute patterns are relative to.
    ///
    /// # Errors
    ///
    /// The first pattern that cannot be used.
    pub fn new<S: AsRef<str>>(
        root: &Utf8Path,
        include: &[S],
        exclude: &[S],
        include_source: &[S],
    ) -> Result<Self, InvalidGlob> {
        let relative = |list: &[S]| {
            let each = list.iter().map(|glob| pattern::relative(root, glob.as_ref()));
            each.collect::<Result<Vec<_>, _>>()
        };
        // An `include` that starts with `!` excludes.
        let (negated, include): (Vec<_>, Vec<_>) =
            relative(include)?.into_iter().partition(|glob| pattern::is_negated(glob));
        let mut exclude = relative(exclude)?;
        exclude.extend(negated.iter().map(|glob| glob[1..].to_owned()));
        let folders = exclude.iter().map(|glob| glob.trim_end_matches('/').trim_end_matches("/**"));
        Ok(Self {
            include: glob_set(include.iter().map(String::as_str))?,
            pruned: glob_set(folders)?,
            exclude: glob_set(exclude.iter().map(String::as_str))?,
            include_source: glob_set(relative(include_source)?.iter().map(String::as_str))?,
        })
    }

    /// Whether a file, given relative to the root, is left out by its name.
    pub fn excludes(&self, file: &Utf8Path) -> bool {
        self.exclude.is_match(file) || file.ancestors().skip(1).any(|folder| self.pruned.is_match(folder))
    }

    /// Whether a file, given relative to the root, is a test by its name alone.
    pub fn is_test(&self, file: &Utf8Path) -> bool {
        self.include.is_match(file) && !self.exclude.is_match(file)
    }
}

/// Finds the test files below `root`, as sorted paths relative to it. Folders that cannot be read count as empty.
pub fn find_test_files(root: &Utf8Path, globs: &TestGlobs) -> Vec<Utf8PathBuf> {
    let descend = |entry: &DirEntry| {
        !entry.file_type().is_dir()
            || entry.depth() == 0
            || relative_to(root, entry).is_some_and(|folder| !globs.pruned.is_match(folder))
    };
    let walk = WalkDir::new(root).follow_links(true).into_iter().filter_entry(descend);
    let mut found: Vec<_> = walk
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file())
        .filter_map(|entry| relative_to(root, &entry))
        .filter(|file| !globs.exclude.is_match(file))
        .filter(|file| {
            globs.include.is_match(file)
                || (globs.include_source.is_match(file) && has_tests(&root.join(file)))
        })
        .collect();
    found.sort_unstable();
    found
}

/// Whether a file holds in-source tests.
fn has_tests(file: &Utf8Path) -> bool {
    std::fs::read_to_string(file).is_ok_and(|text| text.contains(IN_SOURCE))
}

fn relative_to(root: &Utf8Path, entry: &DirEntry) -> Option<Utf8PathBuf> {
    Utf8Path::from_path(entry.path())?.strip_prefix(root).ok().map(Utf8Path::to_owned)
}

/// Translates the globs of a module rule: one without a slash matches in every folder, as wrangler has it.
///
/// # Errors
///
/// The first glob that cannot be used.
pub(crate) fn rule_set<'g>(globs: impl IntoIterator<Item = &'g str>) -> Result<GlobSet, InvalidGlob> {
    let anywhere = |glob: &str| if glob.contains('/') { glob.to_owned() } else { format!("**/{glob}") };
    let globs: Vec<String> = globs.into_iter().map(anywhere).collect();
    glob_set(globs.iter().map(String::as_str))
}

/// Translates patterns into one set.
///
/// # Errors
///
/// The first pattern that cannot be used.
pub(crate) fn glob_set<'g>(globs: impl IntoIterator<Item = &'g str>) -> Result<GlobSet, InvalidGlob> {
    let mut set = GlobSetBuilder::new();
    for glob in globs {
        set.add(pattern::translate(glob)?);
    }
    set.build().map_err(|error| InvalidGlob::new(error.glob().unwrap_or_default(), error.kind().to_string()))
}

#[cfg(test)]
mod tests {
    use insta::assert_debug_snapshot;

    use super::*;

    const DEFAULT_INCLUDE: &str = "**/*.{test,spec}.?(c|m)[jt]s?(x)";
    const DEFAULT_EXCLUDE: [&str; 2] = ["**/node_modules/**", "**/.git/**"];

    fn project(files: &[(&str, &str)]) -> (tempfile::TempDir, Utf8PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8PathBuf::from_path_buf(folder.path().canonicalize().unwrap()).unwrap();
        for (path, text) in files {
            std::fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
            std::fs::write(root.join(path), text).unwrap();
        }
        (folder, root)
    }

    #[test]
    fn finds_what_the_default_patterns_match() {
        let (_folder, root) = project(&[
            ("a.test.ts", ""),
            ("src/b.spec.tsx", ""),
            ("src/.hidden/c.test.mjs", ""),
            ("src/d.test.json", ""),
            ("src/e.tests.ts", ""),
            ("test/f.ts", ""),
            ("node_modules/x/g.test.ts", ""),
            ("packages/p/node_modules/y/h.test.js", ""),
            ("packages/p/i.test.cts", ""),
            (".git/j.test.ts", ""),
        ]);
        let globs = TestGlobs::new(&root, &[DEFAULT_INCLUDE], &DEFAULT_EXCLUDE, &[]).unwrap();
        assert_debug_snapshot!(find_test_files(&root, &globs), @r#"
[
    "a.test.ts",
    "packages/p/i.test.cts",
    "src/.hidden/c.test.mjs",
    "src/b.spec.tsx",
]
"#);
    }

    #[test]
    fn excludes_folders_by_name_and_by_negation() {
        let (_folder, root) = project(&[
            ("dist/a.test.ts", ""),
            ("src/dist/b.test.ts", ""),
            ("src/c.test.ts", ""),
            ("e2e/d.test.ts", ""),
        ]);
        let globs = TestGlobs::new(&root, &["./**/*.test.ts", "!e2e/**"], &["dist"], &[]).unwrap();
        assert_debug_snapshot!(find_test_files(&root, &globs), @r#"
[
    "src/c.test.ts",
    "src/dist/b.test.ts",
]
"#);
    }

    #[test]
    fn takes_absolute_patterns_below_the_root() {
        let (_folder, root) = project(&[("src/a.test.ts", ""), ("b.test.ts", "")]);
        let include = format!("{root}/src/*.test.ts");
        let globs = TestGlobs::new(&root, &[include.as_str()], &[], &[]).unwrap();
        assert_debug_snapshot!(find_test_files(&root, &globs), @r#"
[
    "src/a.test.ts",
]
"#);
        assert!(globs.is_test("src/new.test.ts".into()));
        assert!(!globs.is_test("new.test.ts".into()));
    }

    #[test]
    fn finds_in_source_tests_by_their_text() {
        let (_folder, root) = project(&[
            ("src/a.ts", "if (import.meta.vitest) {}"),
            ("src/b.ts", "export {}"),
            ("t/c.test.ts", ""),
        ]);
        let globs = TestGlobs::new(&root, &[DEFAULT_INCLUDE], &DEFAULT_EXCLUDE, &["src/**/*.ts"]).unwrap();
        assert_debug_snapshot!(find_test_files(&root, &globs), @r#"
[
    "src/a.ts",
    "t/c.test.ts",
]
"#);
    }
}
