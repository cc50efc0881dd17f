//! picomatch's pattern language in `globset`'s.
//!
//! The groups `(a|b)`, `@(a|b)` and `?(a|b)` become brace alternatives. Repeated and negated groups and brace
//! ranges have no counterpart and are refused rather than matched wrongly.

use camino::Utf8Path;
use globset::{Glob, GlobBuilder};
use thiserror::Error;

/// A pattern that cannot be used.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("the pattern {glob:?} cannot be used: {reason}")]
pub struct InvalidGlob {
    /// The pattern as it was given.
    pub glob: String,
    /// Why, and what to write instead.
    pub reason: String,
}

impl InvalidGlob {
    pub(super) fn new(glob: &str, reason: impl Into<String>) -> Self {
        Self { glob: glob.to_owned(), reason: reason.into() }
    }
}

/// Whether the pattern excludes what follows its `!`.
pub(super) fn is_negated(glob: &str) -> bool {
    glob.starts_with('!') && !glob.starts_with("!(")
}

/// The pattern relative to the root.
pub(super) fn relative(root: &Utf8Path, glob: &str) -> Result<String, InvalidGlob> {
    let (negation, rest) = if is_negated(glob) { glob.split_at(1) } else { ("", glob) };
    let below = rest.strip_prefix(root.as_str()).and_then(|below| below.strip_prefix('/'));
    let rest = below.unwrap_or(rest.trim_start_matches("./"));
    if rest.starts_with('/') || rest == ".." || rest.starts_with("../") {
        return Err(InvalidGlob::new(
            glob,
            format!("it leaves the root {root}; set `root` or `dir` further up"),
        ));
    }
    Ok(format!("{negation}{rest}"))
}

/// Compiles a pattern.
pub(super) fn translate(glob: &str) -> Result<Glob, InvalidGlob> {
    let lowered = lower(glob).map_err(|reason| InvalidGlob::new(glob, reason))?;
    GlobBuilder::new(&lowered)
        .literal_separator(true)
        .empty_alternates(true)
        .build()
        .map_err(|error| InvalidGlob::new(glob, error.kind().to_string()))
}

fn lower(glob: &str) -> Result<String, String> {
    let mut lowered = String::with_capacity(glob.len());
    let mut rest = glob.chars().peekable();
    let mut groups = 0;
    while let Some(c) = rest.next() {
        match c {
            '\\' => {
                lowered.push(c);
                lowered.extend(rest.next());
            }
            '[' => {
                lowered.push(c);
                copy_class(&mut rest, &mut lowered);
            }
            '?' | '@' if rest.peek() == Some(&'(') => {
                rest.next();
                groups += 1;
                lowered.push_str(if c == '?' { "{," } else { "{" });
            }
            '!' | '+' | '*' if rest.peek() == Some(&'(') => {
                return Err(format!(
                    "groups with `{c}(` are not supported; list the alternatives as {{a,b}}"
                ));
            }
            '(' => {
                groups += 1;
                lowered.push('{');
            }
            '|' if groups > 0 => lowered.push(','),
            ')' if groups > 0 => {
                groups -= 1;
                lowered.push('}');
            }
            '.' if rest.peek() == Some(&'.') && lowered.rfind('{') > lowered.rfind('}') => {
                return Err("ranges such as {1..3} are not supported; list the values as {1,2,3}".to_owned());
            }
            c => lowered.push(c),
        }
    }
    if groups > 0 { Err("a `(` is not closed".to_owned()) } else { Ok(lowered) }
}

/// Copies a character class up to its `]`; a `]` that comes first is a member.
fn copy_class(rest: &mut std::iter::Peekable<std::str::Chars<'_>>, lowered: &mut String) {
    let mut first = true;
    for c in rest.by_ref() {
        lowered.push(c);
        if c == ']' && !first {
            return;
        }
        first = first && matches!(c, '!' | '^');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(glob: &str, path: &str) -> bool {
        translate(glob).unwrap().compile_matcher().is_match(path)
    }

    #[test]
    fn lowers_groups_to_alternatives() {
        assert_eq!(lower("**/*.{test,spec}.?(c|m)[jt]s?(x)").unwrap(), "**/*.{test,spec}.{,c,m}[jt]s{,x}");
        assert_eq!(lower("src/@(a|b)/(c|d)*.ts").unwrap(), "src/{a,b}/{c,d}*.ts");
        assert_eq!(lower(r"a\(b\)[(|)]").unwrap(), r"a\(b\)[(|)]");
    }

    #[test]
    fn matches_as_picomatch_does() {
        assert!(matches("**/*.(test|spec).ts", "a.test.ts"));
        assert!(matches("**/*.?(c|m)ts", "deep/er/a.mts"));
        assert!(!matches("*.ts", "src/a.ts"));
        assert!(matches("src/**/*.ts", "src/a.ts"));
        assert!(matches("test/{unit,api}/**", "test/api/a/b.ts"));
    }

    #[test]
    fn refuses_what_it_would_match_wrongly() {
        let reason = |glob| translate(glob).unwrap_err().to_string();
        insta::assert_snapshot!(reason("!(a|b).ts"), @r#"the pattern "!(a|b).ts" cannot be used: groups with `!(` are not supported; list the alternatives as {a,b}"#);
        insta::assert_snapshot!(reason("+(a).ts"), @r#"the pattern "+(a).ts" cannot be used: groups with `+(` are not supported; list the alternatives as {a,b}"#);
        insta::assert_snapshot!(reason("f{1..3}.ts"), @r#"the pattern "f{1..3}.ts" cannot be used: ranges such as {1..3} are not supported; list the values as {1,2,3}"#);
        insta::assert_snapshot!(reason("(a|b.ts"), @r#"the pattern "(a|b.ts" cannot be used: a `(` is not closed"#);
        insta::assert_snapshot!(reason("[a.ts"), @r#"the pattern "[a.ts" cannot be used: unclosed character class; missing ']'"#);
        insta::assert_snapshot!(relative("/p".into(), "../x/*.ts").unwrap_err(), @r#"the pattern "../x/*.ts" cannot be used: it leaves the root /p; set `root` or `dir` further up"#);
    }
}
