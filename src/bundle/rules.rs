//! Module rules: which files are modules of their own, and of what kind.
//!
//! As in wrangler 4.164.0: the user's rules come before the default ones, and the first rule of a type is the last, unless it
//! says `fallthrough`.

use camino::Utf8Path;
use globset::GlobSet;

use crate::{
    bundle::globs::{InvalidGlob, rule_set},
    plan::ModuleKind,
};

/// A module rule as it is written.
#[derive(Clone, Debug)]
pub struct Rule {
    /// What the files are.
    pub kind: ModuleKind,
    /// Which files.
    pub globs: Vec<String>,
    /// Whether later rules for the same kind count too.
    pub fallthrough: bool,
}

/// The rules that count, in their order.
#[derive(Clone, Debug)]
pub struct Rules(Vec<(ModuleKind, Vec<String>, GlobSet)>);

/// What files are called that only a bundler can read.
const CODE: [&str; 8] = [".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx"];

/// wrangler's own rules.
fn defaults() -> [Rule; 3] {
    let rule = |kind, globs: &[&str]| Rule {
        kind,
        globs: globs.iter().map(|&glob| glob.to_owned()).collect(),
        fallthrough: false,
    };
    [
        rule(ModuleKind::Text, &["**/*.txt", "**/*.html", "**/*.sql"]),
        rule(ModuleKind::Data, &["**/*.bin"]),
        rule(ModuleKind::Wasm, &["**/*.wasm", "**/*.wasm?module"]),
    ]
}

impl Default for Rules {
    /// wrangler's own rules.
    fn default() -> Self {
        Self::new(&[]).expect("wrangler's globs are sound")
    }
}

impl Rules {
    /// The rules that count of the user's and the default ones.
    ///
    /// # Errors
    /// The first glob that cannot be used.
    pub fn new(own: &[Rule]) -> Result<Self, InvalidGlob> {
        let mut complete: Vec<ModuleKind> = vec![];
        let mut rules = vec![];
        for rule in own.iter().cloned().chain(defaults()) {
            if complete.contains(&rule.kind) {
                continue;
            }
            if !rule.fallthrough {
                complete.push(rule.kind);
            }
            // What follows `?` is part of an import, not of a file's name.
            let globs: Vec<String> = rule.globs.into_iter().filter(|glob| !glob.contains('?')).collect();
            let set = rule_set(globs.iter().map(String::as_str))?;
            rules.push((rule.kind, globs, set));
        }
        Ok(Self(rules))
    }

    /// What a file is that is no code: the path is relative to the Worker's folder.
    pub(crate) fn data(&self, file: &Utf8Path) -> Option<ModuleKind> {
        self.kind(file).filter(|kind| !is_javascript(*kind))
    }

    /// What a file is: the path is relative to the folder of the modules.
    pub(crate) fn kind(&self, file: &Utf8Path) -> Option<ModuleKind> {
        self.0.iter().find(|(_, _, globs)| globs.is_match(file)).map(|(kind, ..)| *kind)
    }

    /// The ends of the names of files that a bundler must leave alone.
    pub(crate) fn extensions(&self) -> Vec<String> {
        let data = self.0.iter().filter(|(kind, ..)| !is_javascript(*kind));
        let mut extensions: Vec<String> =
            data.flat_map(|(_, globs, _)| globs).flat_map(|glob| endings(glob)).collect();
        extensions.sort();
        extensions.dedup();
        extensions
    }
}

fn is_javascript(kind: ModuleKind) -> bool {
    matches!(kind, ModuleKind::EsModule | ModuleKind::CommonJs)
}

/// The ends of the file names that a glob matches: `.md` for `docs/**/*.md`, `.a` and `.b` for `*.{a,b}`.
fn endings(glob: &str) -> Vec<String> {
    let name = glob.rsplit('/').next().unwrap_or(glob);
    let Some((_, end)) = name.split_once('.') else { return vec![] };
    let ends = match (end.split_once('{'), end.strip_suffix('}')) {
        (Some((before, _)), Some(whole)) => {
            whole[before.len() + 1..].split(',').map(|end| format!(".{before}{end}")).collect()
        }
        _ => vec![format!(".{end}")],
    };
    let plain = |end: &String| !end.contains(['*', '[', '{', '(', '!']) && !CODE.contains(&end.as_str());
    ends.into_iter().filter(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(kind: ModuleKind, glob: &str, fallthrough: bool) -> Rule {
        Rule { kind, globs: vec![glob.to_owned()], fallthrough }
    }

    #[test]
    fn a_rule_hides_later_ones_of_its_kind_unless_it_falls_through() {
        let kind = |rules: &[Rule], file: &str| Rules::new(rules).unwrap().kind(file.into());
        assert_eq!(kind(&[], "src/a.sql"), Some(ModuleKind::Text));
        let own = rule(ModuleKind::Text, "**/*.md", false);
        assert_eq!(kind(std::slice::from_ref(&own), "docs/a.md"), Some(ModuleKind::Text));
        assert_eq!(kind(&[own], "src/a.sql"), None);
        let own = rule(ModuleKind::Text, "**/*.md", true);
        assert_eq!(kind(&[own], "../other/a.sql"), Some(ModuleKind::Text));
        let own = rule(ModuleKind::Text, "*.md", false);
        assert_eq!(kind(&[own], "docs/deep/a.md"), Some(ModuleKind::Text));
        let own = rule(ModuleKind::Data, "**/*.sql", false);
        assert_eq!(kind(&[own], "a.sql"), Some(ModuleKind::Data));
    }

    #[test]
    fn a_glob_tells_how_its_files_end() {
        assert_eq!(endings("**/*.wasm"), [".wasm"]);
        assert_eq!(endings("src/*.tpl.{md,txt}"), [".tpl.md", ".tpl.txt"]);
        assert_eq!(endings("data/schema.graphql"), [".graphql"]);
        assert_eq!(endings("**/*.js"), Vec::<String>::new());
        assert_eq!(endings("src/**/*"), Vec::<String>::new());
    }
}
