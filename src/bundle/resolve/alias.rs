//! Vite's `resolve.alias` and wrangler's `alias`.

use camino::Utf8Path;
use regress::Regex;
use thiserror::Error;

/// One entry: what to look for in a specifier, and what to put in its place.
#[derive(Clone, Debug)]
pub struct Alias {
    find: Find,
    replacement: String,
}

#[derive(Clone, Debug)]
enum Find {
    /// The whole specifier, or what stands before one of its slashes.
    Prefix(String),
    Pattern {
        regex: Box<Regex>,
        all: bool,
    },
}

/// A regular expression in an alias that JavaScript would not accept either.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("the alias /{pattern}/{flags} is not a regular expression: {reason}")]
pub struct InvalidAlias {
    pattern: String,
    flags: String,
    reason: String,
}

impl Alias {
    /// Vite's string form: `find` matches a specifier that is equal to it or continues with a `/`.
    pub fn string(find: impl Into<String>, replacement: impl Into<String>) -> Self {
        Self { find: Find::Prefix(find.into()), replacement: replacement.into() }
    }

    /// Vite's regular expression form, with JavaScript's syntax and flags; `$1` in the replacement is the first
    /// group.
    ///
    /// # Errors
    ///
    /// The pattern is not one.
    pub fn regex(pattern: &str, flags: &str, replacement: impl Into<String>) -> Result<Self, InvalidAlias> {
        let regex = Regex::with_flags(pattern, flags.replace('g', "").as_str()).map_err(|error| {
            InvalidAlias { pattern: pattern.to_owned(), flags: flags.to_owned(), reason: error.to_string() }
        })?;
        let find = Find::Pattern { regex: Box::new(regex), all: flags.contains('g') };
        Ok(Self { find, replacement: replacement.into() })
    }

    /// An entry of wrangler's `alias`: a relative replacement is relative to the wrangler file's `folder`.
    pub fn wrangler(find: impl Into<String>, replacement: &str, folder: &Utf8Path) -> Self {
        let relative = replacement.starts_with("./") || replacement.starts_with("../");
        let replacement =
            if relative { folder.join(replacement).into_string() } else { replacement.to_owned() };
        Self::string(find, replacement)
    }

    fn apply(&self, specifier: &str) -> Option<String> {
        match &self.find {
            Find::Prefix(find) => {
                let rest = specifier.strip_prefix(find.as_str())?;
                (rest.is_empty() || rest.starts_with('/')).then(|| format!("{}{rest}", self.replacement))
            }
            Find::Pattern { regex, all } => {
                regex.find(specifier)?;
                Some(if *all {
                    regex.replace_all(specifier, &self.replacement)
                } else {
                    regex.replace(specifier, &self.replacement)
                })
            }
        }
    }
}

/// The specifier after the first alias that matches it.
pub(super) fn apply(aliases: &[Alias], specifier: &str) -> Option<String> {
    aliases.iter().find_map(|alias| alias.apply(specifier))
}
