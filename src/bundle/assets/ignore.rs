//! `.assetsignore`: patterns of `.gitignore`'s language for files that are not served.

use globset::{GlobBuilder, GlobMatcher};

/// Files that are never served: they say how to serve the others.
const ALWAYS: [&str; 3] = ["/.assetsignore", "/_redirects", "/_headers"];

/// Patterns, the last that matches decides.
#[derive(Debug, Default)]
pub(crate) struct Ignore {
    patterns: Vec<Pattern>,
}

#[derive(Debug)]
struct Pattern {
    glob: GlobMatcher,
    /// It takes files back in.
    negated: bool,
    /// It means folders only.
    folder: bool,
}

impl Ignore {
    /// What Pages never serves.
    pub(crate) fn of_pages() -> Self {
        Self::parse("/_worker.js").0
    }

    /// The patterns of a file, and those that cannot be used, with their lines counted from 1.
    pub(crate) fn parse(text: &str) -> (Self, Vec<(usize, String)>) {
        let mut ignore =
            Self { patterns: ALWAYS.iter().filter_map(|line| Pattern::parse(line)?.ok()).collect() };
        let mut problems = vec![];
        for (index, line) in text.lines().enumerate() {
            match Pattern::parse(line) {
                Some(Ok(pattern)) => ignore.patterns.push(pattern),
                Some(Err(reason)) => problems.push((index + 1, reason)),
                None => {}
            }
        }
        (ignore, problems)
    }

    /// Whether a file, or a folder that it is in, is ignored; `path` is relative to the assets' folder.
    pub(crate) fn ignores(&self, path: &str) -> bool {
        let folders = path.match_indices('/').map(|(end, _)| (&path[..end], true));
        folders.chain([(path, false)]).any(|(path, folder)| self.ignores_itself(path, folder))
    }

    fn ignores_itself(&self, path: &str, folder: bool) -> bool {
        let decides = |pattern: &&Pattern| (folder || !pattern.folder) && pattern.glob.is_match(path);
        self.patterns.iter().rev().find(decides).is_some_and(|pattern| !pattern.negated)
    }
}

impl Pattern {
    /// Nothing if the line is empty or a comment.
    fn parse(line: &str) -> Option<Result<Self, String>> {
        let line = without_trailing_space(line);
        if line.is_empty() || line.starts_with('#') {
            return None;
        }
        let (negated, line) = line.strip_prefix('!').map_or((false, line), |rest| (true, rest));
        let (folder, line) = line.strip_suffix('/').map_or((false, line), |rest| (true, rest));
        if line.is_empty() {
            return None;
        }
        // A slash anywhere but at the end ties the pattern to the folder of the file.
        let glob = match line.strip_prefix('/') {
            Some(rest) => rest.to_owned(),
            None if line.contains('/') => line.to_owned(),
            None => format!("**/{line}"),
        };
        // Braces mean themselves.
        let glob = glob.replace('{', "[{]").replace('}', "[}]");
        let glob = GlobBuilder::new(&glob)
            .literal_separator(true)
            .backslash_escape(true)
            .case_insensitive(true)
            .build()
            .map_err(|error| error.kind().to_string());
        Some(glob.map(|glob| Self { glob: glob.compile_matcher(), negated, folder }))
    }
}

/// Space at the end counts only after a backslash.
fn without_trailing_space(line: &str) -> &str {
    let trimmed = line.trim_end();
    match line[trimmed.len()..].chars().next() {
        Some(space) if trimmed.ends_with('\\') => &line[..trimmed.len() + space.len_utf8()],
        _ => trimmed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ignored(text: &str, paths: &[&str]) -> Vec<String> {
        let (ignore, problems) = Ignore::parse(text);
        assert!(problems.is_empty(), "{problems:?}");
        paths.iter().filter(|path| ignore.ignores(path)).map(ToString::to_string).collect()
    }

    #[test]
    fn files_about_serving_are_never_served() {
        let paths = ["_headers", "_redirects", ".assetsignore", "a/_headers", ".well-known/x"];
        assert_eq!(ignored("", &paths), ["_headers", "_redirects", ".assetsignore"]);
        assert_eq!(ignored("!_headers", &["_headers"]), [""; 0]);
    }

    #[test]
    fn a_backslash_keeps_one_space_of_any_width() {
        assert_eq!(without_trailing_space("a\\\u{3000} "), "a\\\u{3000}");
        assert_eq!(without_trailing_space("a\\  "), "a\\ ");
        assert_eq!(without_trailing_space("a\\"), "a\\");
    }

    #[test]
    fn patterns_mean_what_they_mean_to_git() {
        let paths = [
            "a.map",
            "x/a.MAP",
            "keep.map",
            "build/a",
            "x/build/b",
            "src/a",
            "x/src/a",
            "notes",
            "a b ",
            "{a}",
        ];
        assert_eq!(ignored("*.map\n!keep.map", &paths), ["a.map", "x/a.MAP"]);
        assert_eq!(ignored("build/", &paths), ["build/a", "x/build/b"]);
        assert_eq!(ignored("/src\n# notes\nnotes/", &paths), ["src/a"]);
        assert_eq!(ignored("x/*", &paths), ["x/a.MAP", "x/build/b", "x/src/a"]);
        assert_eq!(ignored("x/**/b\n\\#no\na b\\ ", &paths), ["x/build/b", "a b "]);
        assert_eq!(ignored("{a}\n!", &paths), ["{a}"]);
        // What is in an ignored folder cannot be taken back in.
        assert_eq!(ignored("build\n!build/a", &paths), ["build/a", "x/build/b"]);
    }

    #[test]
    fn patterns_that_cannot_be_used_are_named_by_line() {
        let (_, problems) = Ignore::parse("ok\n[a\n");
        assert_eq!(problems, [(2, "unclosed character class; missing ']'".to_owned())]);
    }
}
