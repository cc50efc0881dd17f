//! What imports would lead to without the aliases and plugins of the Vitest config, which no deployment has.

use std::{collections::BTreeMap, fs};

use camino::{Utf8Path, Utf8PathBuf};

use super::{ModuleUses, Sources};
use crate::{
    bundle::{
        resolve::{Alias, Resolved, Resolver, ResolverOptions},
        transform::Import,
    },
    cache::Key,
    project::{Project, relative_path},
};

/// An import that an alias or a plugin gives a meaning.
#[derive(Clone, Debug)]
pub(in crate::compile) struct AliasUse {
    /// The import.
    pub(in crate::compile) import: Import,
    /// The file that it leads to.
    pub(super) file: Utf8PathBuf,
    /// The Vite plugin that says so, if it is one.
    pub(in crate::compile) plugin: Option<String>,
    /// What it leads to in production, if that is something else: a path relative to the root; empty for nothing.
    pub(in crate::compile) deployed: Option<String>,
}

const CACHE_ENTRY: &str = "aliases";

/// Finds out what the imports lead to in production; `aliases` are wrangler's own, `tree` stands for all else that decides it.
/// Projects that are deployed with Vite have its aliases in production too.
pub(super) fn resolve(project: &Project, aliases: Vec<Alias>, tree: &Key, uses: &mut [ModuleUses]) {
    let mut found: Vec<(Utf8PathBuf, &mut AliasUse)> = vec![];
    for uses in uses {
        let file = project.root.join(&uses.file.path);
        found.extend(uses.aliases.iter_mut().map(|it| (file.clone(), it)));
    }
    if found.is_empty() || deploys_with_vite(&project.root) {
        return;
    }
    let specifier = |it: &AliasUse| it.import.specifier.clone();
    let mut known: BTreeMap<String, Option<String>> =
        project.cache.read_value(CACHE_ENTRY, tree).unwrap_or_default();
    if found.iter().any(|(_, it)| !known.contains_key(&it.import.specifier)) {
        let resolver = Resolver::new(ResolverOptions { aliases, ..ResolverOptions::new(&project.root) });
        for (importer, it) in &found {
            let deployed = match resolver.resolve(importer, &it.import) {
                Ok(Resolved::Source(path) | Resolved::Dependency { path, .. }) if path == it.file => None,
                Ok(Resolved::Source(path) | Resolved::Dependency { path, .. }) => {
                    Some(relative_path(&project.root, &path).into_string())
                }
                Ok(_) => None,
                Err(_) => Some(String::new()),
            };
            known.insert(specifier(it), deployed);
        }
        project.cache.write_value(CACHE_ENTRY, tree, &known);
    }
    for (_, it) in found {
        it.deployed = known.get(&it.import.specifier).cloned().flatten();
    }
}

impl Sources {
    /// What aliases mean, as far as esbuild can be told: it takes no relative specifiers.
    pub(in crate::compile) fn aliases(&self) -> impl Iterator<Item = (&str, &Utf8Path)> {
        let plain =
            |specifier: &str| !specifier.starts_with(['.', '/']) && !specifier.contains(['=', '?', '\0']);
        self.aliased
            .iter()
            .map(|(specifier, file)| (specifier.as_str(), file.as_path()))
            .filter(move |(specifier, _)| plain(specifier))
    }
}

/// Whether the project is built for deployment by Vite, with the aliases and `define`s of its config.
pub(in crate::compile) fn deploys_with_vite(root: &Utf8Path) -> bool {
    fs::read_to_string(root.join("package.json"))
        .is_ok_and(|manifest| manifest.contains("\"@cloudflare/vite-plugin\""))
}
