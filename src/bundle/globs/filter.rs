//! The file filters of Vitest's command line: `vitest run math src/b.test.ts:12`.

use camino::Utf8Path;
use thiserror::Error;

use crate::project::relative_path;

/// One filter: a part of a path, and maybe a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileFilter {
    /// What the path has to contain, without regard to case.
    pub path: String,
    /// The line a test has to start at, from 1.
    pub line: Option<u32>,
}

/// A filter such as `a.test.ts:3-9`.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("Found \"-\" in location filter {0}. Ranges of lines are not supported; give the line of each test")]
pub struct RangeFilter(String);

impl FileFilter {
    /// Reads a filter as it stands on the command line. What follows the last `:` is a line if it is a number.
    ///
    /// # Errors
    ///
    /// A range of lines.
    pub fn parse(filter: &str) -> Result<Self, RangeFilter> {
        let whole = || Self { path: filter.to_owned(), line: None };
        let Some((path, line)) = filter.rsplit_once(':') else { return Ok(whole()) };
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if is_number(line) {
            return Ok(Self { path: path.to_owned(), line: line.parse().ok() });
        }
        match line.split_once('-') {
            Some((from, to)) if is_number(from) && is_number(to) => Err(RangeFilter(filter.to_owned())),
            _ => Ok(whole()),
        }
    }

    /// Whether the filter keeps `file`, given relative to `root`. A filter may also be a path: absolute, or
    /// relative to `cwd`, the folder the command was given in.
    pub fn keeps(&self, root: &Utf8Path, cwd: &Utf8Path, file: &Utf8Path) -> bool {
        if Utf8Path::new(&self.path).is_absolute() && root.join(file).as_str().starts_with(&self.path) {
            return true;
        }
        let file = file.as_str().to_lowercase();
        let as_path = relative_path(root, &cwd.join(&self.path));
        let slash = if self.path.ends_with('/') && !as_path.as_str().is_empty() { "/" } else { "" };
        file.contains(&self.path.to_lowercase()) || file.contains(&format!("{as_path}{slash}").to_lowercase())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keeps(filter: &str, cwd: &str, file: &str) -> bool {
        FileFilter::parse(filter).unwrap().keeps("/p".into(), cwd.into(), file.into())
    }

    #[test]
    fn a_filter_is_part_of_a_path_in_any_case() {
        assert!(keeps("MATH", "/p", "src/math.test.ts"));
        assert!(keeps("src/m", "/p", "src/math.test.ts"));
        assert!(!keeps("other", "/p", "src/math.test.ts"));
    }

    #[test]
    fn a_filter_is_a_path() {
        assert!(keeps("./math.test.ts", "/p/src", "src/math.test.ts"));
        assert!(keeps("../src/", "/p/lib", "src/math.test.ts"));
        assert!(!keeps("../src/", "/p/lib", "src2/math.test.ts"));
        assert!(keeps("/p/src/ma", "/", "src/math.test.ts"));
        assert!(keeps(".", "/p", "src/math.test.ts"));
    }

    #[test]
    fn a_filter_may_name_a_line() {
        assert_eq!(
            FileFilter::parse("a.test.ts:12").unwrap(),
            FileFilter { path: "a.test.ts".into(), line: Some(12) }
        );
        assert_eq!(FileFilter::parse("a:b").unwrap(), FileFilter { path: "a:b".into(), line: None });
        insta::assert_snapshot!(FileFilter::parse("a.test.ts:1-3").unwrap_err(), @r#"Found "-" in location filter a.test.ts:1-3. Ranges of lines are not supported; give the line of each test"#);
    }
}
