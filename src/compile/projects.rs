//! The projects of a Vitest config: which are wanted, which run in workerd, and where each one's output goes.

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};

use crate::{
    config::vitest::{self, ConfigInputs, VitestConfig},
    diagnostic::{Diagnostic, Diagnostics, nearest},
    project::{Project, relative_path},
};

/// A project of the config.
pub(super) struct Placed {
    pub(super) project: Project,
    /// Its root, seen from the folder that was opened; empty if that is it.
    pub(super) folder: Utf8PathBuf,
}

/// All projects that are wanted and run in workerd, and what their configs were made from; `None` if there was an error.
pub(super) fn wanted(
    project: &Project,
    diagnostics: &mut Diagnostics,
) -> Option<(Vec<(Placed, VitestConfig)>, ConfigInputs)> {
    let Project { root, home, cache, .. } = project;
    let (configs, inputs) =
        vitest::load(root, project.config.as_deref(), &project.mode, home, cache, diagnostics)?;
    let names: Vec<String> = configs.iter().map(|config| config.name.clone()).collect();
    let wanted = Wanted::new(&project.wanted);
    let configs: Vec<VitestConfig> =
        configs.into_iter().filter(|config| wanted.keeps(&config.name)).collect();
    if configs.is_empty() {
        diagnostics.push(nothing_wanted(&project.wanted, &names));
        return None;
    }
    let (ours, others): (Vec<_>, Vec<_>) = configs.into_iter().partition(|config| config.in_workerd);
    for other in &others {
        diagnostics.push(not_in_workerd(&other.name, ours.is_empty()));
    }
    (!ours.is_empty()).then(|| (placed(project, ours), inputs))
}

/// Projects, each at its place.
pub(super) fn placed(project: &Project, configs: Vec<VitestConfig>) -> Vec<(Placed, VitestConfig)> {
    let mut at_root: BTreeMap<&Utf8Path, usize> = BTreeMap::new();
    for config in &configs {
        *at_root.entry(&config.root).or_default() += 1;
    }
    let shared: Vec<bool> = configs.iter().map(|config| at_root[config.root.as_path()] > 1).collect();
    configs
        .into_iter()
        .zip(shared)
        .map(|(config, shared)| (place(project, &config, shared), config))
        .collect()
}

/// The project at its own root. Projects with one root are told apart by their names.
fn place(opened: &Project, config: &VitestConfig, shares_root: bool) -> Placed {
    let name = folder_name(&config.name);
    let is_opened = config.root == opened.root;
    let cache = if is_opened { opened.cache.clone() } else { crate::cache::Cache::of_project(&config.root) };
    let folder = if is_opened { Utf8PathBuf::new() } else { relative_path(&opened.root, &config.root) };
    let project = Project {
        root: config.root.clone(),
        cache: if shares_root { cache.named(&name) } else { cache },
        output: if shares_root { opened.output.join(&name) } else { opened.output.clone() },
        ..opened.clone()
    };
    Placed { project, folder }
}

/// A project's name as the name of a folder.
fn folder_name(name: &str) -> String {
    name.chars().map(|c| if c.is_alphanumeric() || matches!(c, '.' | '_' | '-') { c } else { '-' }).collect()
}

fn nothing_wanted(patterns: &[String], names: &[String]) -> Diagnostic {
    let title = format!("no project is called `{}`", patterns.join("`, `"));
    let diagnostic = Diagnostic::error("unknown-project", title);
    let near = patterns.iter().find_map(|pattern| nearest(pattern, names.iter().map(String::as_str)));
    let diagnostic = match near {
        Some(name) => diagnostic.help(format!("did you mean `{name}`?")),
        None => diagnostic,
    };
    if names.iter().all(String::is_empty) {
        return diagnostic.help("the Vitest config has no `test.projects`: leave out `--project`");
    }
    diagnostic.help(format!("the projects are `{}`", names.join("`, `")))
}

/// Tests of Node or of a browser are not ours to run.
fn not_in_workerd(name: &str, alone: bool) -> Diagnostic {
    let title = format!("the Vitest project `{name}` does not use the Workers pool");
    let diagnostic = if alone {
        Diagnostic::error("not-in-workerd", title)
    } else {
        Diagnostic::warning("not-in-workerd", format!("{title}: it is left out"))
    };
    diagnostic.help(format!("run it with `npx vitest --project {name}`"))
}

/// The patterns of `--project`.
struct Wanted<'a> {
    included: Vec<&'a str>,
    excluded: Vec<&'a str>,
}

impl<'a> Wanted<'a> {
    fn new(patterns: &'a [String]) -> Self {
        let (excluded, included): (Vec<_>, Vec<_>) =
            patterns.iter().map(String::as_str).partition(|pattern| pattern.starts_with('!'));
        Self { included, excluded: excluded.into_iter().map(|pattern| &pattern[1..]).collect() }
    }

    fn keeps(&self, name: &str) -> bool {
        (self.included.is_empty() || self.included.iter().any(|pattern| matches(pattern, name)))
            && !self.excluded.iter().any(|pattern| matches(pattern, name))
    }
}

/// Whether `name` is what `pattern` says, in which `*` stands for anything; case does not count, as in Vitest.
fn matches(pattern: &str, name: &str) -> bool {
    let glob = globset::GlobBuilder::new(&globset::escape(pattern).replace("[*]", "*"))
        .case_insensitive(true)
        .build();
    glob.is_ok_and(|glob| glob.compile_matcher().is_match(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn projects_are_wanted_by_pattern() {
        let keeps = |patterns: &[&str], name: &str| {
            let patterns: Vec<String> = patterns.iter().map(|&pattern| pattern.to_owned()).collect();
            Wanted::new(&patterns).keeps(name)
        };
        assert!(keeps(&[], "api"));
        assert!(keeps(&["api"], "API"));
        assert!(!keeps(&["api"], "api-2"));
        assert!(keeps(&["@x/*"], "@x/api"));
        assert!(!keeps(&["!api"], "api"));
        assert!(keeps(&["!api"], "web"));
        assert!(keeps(&["a[1]"], "a[1]"));
        assert!(!keeps(&["*", "!w*"], "web"));
    }
}
