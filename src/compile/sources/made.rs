//! Modules that the user's Vite plugins make, and imports that they resolve.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use camino::{Utf8Path, Utf8PathBuf};
use serde_json::Value;

use super::{AliasUse, Compiler, Sources};
use crate::{
    bundle::{
        resolve::{Missing, Resolved, is_code, split_query},
        transform::{Import, ImportKind},
    },
    cache::hash,
    compile::module_cache::Found,
    diagnostic::Diagnostic,
    plan::{TouchedModule, VitePlugin},
    plugins::Made,
    project::relative_path,
};

/// What the paths of modules that are no files start with, as in Vite's URLs.
const VIRTUAL: &str = "@id/";
/// What stands in them for a null character, as in Vite's URLs.
const NULL: &str = "__x00__";

/// A module as its imports are resolved.
#[derive(Clone, Debug, Default)]
pub(super) struct Importer {
    /// What plugins know it by.
    pub(super) id: String,
    /// Where it is: a file, or for what is no file one that need not be there, at the root.
    pub(super) path: Utf8PathBuf,
    /// Whether plugins make it.
    pub(super) made: bool,
}

/// What a module that plugins make is called in place of a path relative to the root.
pub(super) fn name(root: &Utf8Path, id: &str) -> Utf8PathBuf {
    match file_of(id) {
        Some((path, query)) => format!("{}{query}", relative_path(root, path)).into(),
        None => format!("{VIRTUAL}{}", id.replace('\0', NULL)).into(),
    }
}

/// The id of a module that is called `name`.
fn id(root: &Utf8Path, name: &Utf8Path) -> String {
    match name.as_str().strip_prefix(VIRTUAL) {
        Some(id) => id.replace(NULL, "\0"),
        None => root.join(name).into_string(),
    }
}

/// The file that an id names, and what follows it.
fn file_of(id: &str) -> Option<(&Utf8Path, &str)> {
    let (path, _) = split_query(id);
    let file = Utf8Path::new(path);
    (file.is_absolute() && file.is_file()).then(|| (file, &id[path.len()..]))
}

impl Importer {
    /// A file that is compiled as it is.
    pub(super) fn file(root: &Utf8Path, file: &Utf8Path, made: bool) -> Self {
        let path = root.join(file);
        Self { id: path.to_string(), path, made }
    }

    /// A module that only plugins make.
    pub(super) fn made(root: &Utf8Path, name: &Utf8Path) -> Self {
        let id = id(root, name);
        let path = file_of(&id).map_or_else(|| root.join("index.html"), |(file, _)| file.to_owned());
        Self { id, path, made: true }
    }
}

impl Compiler<'_> {
    /// The module with this id, if plugins make it.
    fn made(&mut self, id: &str) -> Result<Option<Made>, Box<Diagnostic>> {
        let text = file_of(id).and_then(|(file, _)| fs::read(file).ok());
        self.plugins.module(id, &text.map(|text| hash(&text)).unwrap_or_default())
    }

    /// Whether plugins make the module with this id, or throw when they are to.
    fn is_made(&mut self, id: &str) -> bool {
        self.made(id).map_or(true, |made| made.is_some())
    }

    /// Whether plugins have made the module, and it could be compiled.
    pub(super) fn add_made(&mut self, file: &Utf8Path, url: &str) -> bool {
        self.importer = Importer::made(self.root, file);
        let id = self.importer.id.clone();
        let problem = match self.made(&id) {
            Ok(Some(made)) => return self.add_code(file, url, made.code.clone(), Some(&made)),
            Ok(None) => {
                Diagnostic::error("vite-plugins", format!("no Vite plugin makes the module {file} any more"))
            }
            Err(problem) => *problem,
        };
        self.diagnostics.push(problem);
        false
    }

    /// What an import leads to, as far as plugins have a say in it; otherwise what `ours` gives. An error that is none has been
    /// reported.
    pub(super) fn with_plugins(
        &mut self,
        import: &Import,
        ours: Result<Resolved, Box<Missing>>,
    ) -> Result<Found, Option<Box<Missing>>> {
        let without = |resolved| Found { resolved, plugin: None };
        if self.plugins.is_none() {
            return ours.map(without).map_err(Some);
        }
        let specifier = import.specifier.as_str();
        let Importer { id: importer, made, .. } = self.importer.clone();
        let claim = self.plugins.resolve(specifier, &importer).map_err(|problem| {
            self.diagnostics.push(*problem);
            None
        })?;
        if let Some(claim) = claim {
            // What only Vite itself knows is for those of its modules that are not written by the user.
            let counts = claim.plugin.is_some() || (made && ours.is_err());
            if let Some(resolved) = self.claimed(import, &claim.id, claim.external).filter(|_| counts) {
                let is_other = ours.as_ref().ok() != Some(&resolved);
                return Ok(Found { resolved, plugin: claim.plugin.filter(|_| is_other) });
            }
        }
        let file = match &ours {
            Ok(Resolved::Source(path)) if specifier.contains('?') => Some(path.clone()),
            Ok(Resolved::Data { path, .. }) => Some(path.clone()),
            Err(missing) => missing.unusable_file().map(Utf8Path::to_owned),
            _ => None,
        };
        let (plain, _) = split_query(specifier);
        let id = file.map(|file| format!("{file}{}", &specifier[plain.len()..]));
        match id.filter(|id| self.is_made(id)) {
            Some(id) => Ok(without(Resolved::Made(id))),
            None => ours.map(without).map_err(Some),
        }
    }

    /// The module that has the id that a plugin gives to an import.
    fn claimed(&mut self, import: &Import, id: &str, external: bool) -> Option<Resolved> {
        if external {
            let is_builtin = ["node:", "cloudflare:", "workerd:"].iter().any(|scheme| id.starts_with(scheme));
            return is_builtin.then(|| Resolved::Builtin(id.to_owned()));
        }
        if let Some((file, "")) = file_of(id) {
            let file = file.canonicalize_utf8().ok()?;
            if let Some(resolved @ (Resolved::Source(_) | Resolved::Dependency { .. })) =
                self.resolver.found(file.clone(), import)
            {
                return Some(resolved);
            }
            if !self.is_made(id) {
                return self.resolver.found(file, import);
            }
        }
        self.is_made(id).then(|| Resolved::Made(id.to_owned()))
    }

    /// Notes for the plan that a plugin has resolved an import.
    pub(super) fn note_resolved(&mut self, resolved: &Resolved, plugin: String) {
        let path = match resolved {
            Resolved::Source(path) | Resolved::Data { path, .. } => relative_path(self.root, path),
            Resolved::Made(id) => name(self.root, id),
            _ => return,
        };
        self.note_touched(&path, plugin, "resolveId");
    }

    /// Notes for the plan what plugins did to a module.
    pub(super) fn note_made(&mut self, file: &Utf8Path, made: &Made) {
        for used in &made.plugins {
            self.note_touched(file, used.name.clone(), &used.hook);
        }
    }

    fn note_touched(&mut self, file: &Utf8Path, plugin: String, hook: &str) {
        let done = (plugin, hook.to_owned());
        let touched = self.found.touched.entry(file.to_string()).or_default();
        if !touched.contains(&done) {
            touched.push(done);
        }
    }

    /// Notes an import that means something else than its specifier says.
    pub(super) fn note_alias(&mut self, import: &Import, resolved: &Resolved, plugin: Option<&str>) {
        let found = match resolved {
            Resolved::Source(found)
            | Resolved::Data { path: found, .. }
            | Resolved::Dependency { path: found, .. } => found.clone(),
            Resolved::Made(id) => match self.file_with(id) {
                Some(file) => file,
                None => return,
            },
            Resolved::Builtin(_) | Resolved::Empty(_) => return,
        };
        self.found.aliased.entry(import.specifier.clone()).or_insert_with(|| found.clone());
        // What plugins write is not for the user to change.
        let is_written = plugin.is_none() || !self.importer.made;
        if is_written && !matches!(import.kind, ImportKind::Mock) {
            let plugin = plugin.map(str::to_owned);
            self.aliases.push(AliasUse { import: import.clone(), file: found, plugin, deployed: None });
        }
    }

    /// Adds the files that stand for modules without one to what is known of modules.
    pub(super) fn add_files_of_virtual(&mut self) {
        let made: Vec<String> =
            self.found.known.keys().filter(|name| name.starts_with(VIRTUAL)).cloned().collect();
        for name in made {
            let id = id(self.root, Utf8Path::new(&name));
            if let (Some(file), Some(known)) = (self.file_with(&id), self.found.known.get(&name).cloned()) {
                self.lead_from_root(&file, &known.imports);
                self.found.known.insert(relative_path(self.root, &file).into_string(), known);
            }
        }
    }

    /// Makes imports of paths from the root, which only Vite knows, absolute ones; `imports` are those of the module in `file`, each with its
    /// target.
    fn lead_from_root(&self, file: &Utf8Path, imports: &str) {
        let Ok(before) = fs::read_to_string(file) else { return };
        let mut code = before.clone();
        for (specifier, target) in imports.lines().filter_map(|line| line.split_once(' ')) {
            if specifier.starts_with('/') && target.starts_with('/') && !Utf8Path::new(specifier).is_file() {
                let path = self.root.join(&target[1..]);
                for quote in ['"', '\''] {
                    let quoted = |text: &str| format!("{quote}{text}{quote}");
                    code = code.replace(&quoted(specifier), &quoted(path.as_str()));
                }
            }
        }
        if code != before {
            // Who cannot read the file says that the exports are not known.
            let _ = fs::write(file, code);
        }
    }

    /// A file with the text of a module that is none, for those who only read files.
    pub(super) fn file_with(&mut self, id: &str) -> Option<Utf8PathBuf> {
        let (folder, code) = (self.cache_folder?.join("virtual"), self.made(id).ok()??.code);
        let plain: String = id
            .trim_start_matches('\0')
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-') { c } else { '-' })
            .take(LONGEST)
            .collect();
        let path = folder.join(format!("{plain}-{}.js", &hash(format!("{id} {code}").as_bytes())[..8]));
        if !path.is_file() {
            fs::create_dir_all(&folder).and_then(|()| fs::write(&path, &code)).ok()?;
        }
        path.canonicalize_utf8().ok()
    }
}

impl Sources {
    /// The extensions, with their dots, of files that only plugins make code of.
    pub(in crate::compile) fn made_extensions(&self) -> impl Iterator<Item = String> {
        let paths = self.touched.keys().map(|name| Utf8Path::new(split_query(name).0));
        let others = paths.filter(|path| !is_code(path) && !path.starts_with(VIRTUAL));
        others.filter_map(|path| Some(format!(".{}", path.extension()?)))
    }

    /// What the plan says of plugins.
    pub(in crate::compile) fn vite_plugins(&self) -> Vec<VitePlugin> {
        let compiled: BTreeMap<&str, &String> =
            self.modules.iter().map(|source| (&source.url[1..], &source.module)).collect();
        let mut plugins: BTreeMap<&str, VitePlugin> = BTreeMap::new();
        for (name, touched) in &self.touched {
            for (plugin, hook) in touched {
                let plugin = plugins.entry(plugin).or_insert_with(|| VitePlugin {
                    name: plugin.clone(),
                    hooks: BTreeSet::new(),
                    modules: vec![],
                });
                plugin.hooks.insert(hook.clone());
                let path = name.replace(VIRTUAL, "").replace(NULL, "");
                match plugin.modules.last_mut().filter(|module| module.path == path) {
                    Some(module) => module.hooks.push(hook.clone()),
                    None => plugin.modules.push(TouchedModule {
                        path,
                        module: compiled.get(name.as_str()).map(|&module| module.clone()),
                        hooks: vec![hook.clone()],
                    }),
                }
            }
        }
        plugins.into_values().collect()
    }
}

/// The longest part of an id in the name of a file.
const LONGEST: usize = 80;

/// The source map of a module with its sources as paths relative to the module's folder.
pub(super) fn sources_beside(root: &Utf8Path, file: &Utf8Path, map: &str) -> Option<String> {
    let mut map: Value = serde_json::from_str(map).ok()?;
    let folder = root.join(file);
    let folder = folder.parent().unwrap_or(root);
    let own = file.as_str().split('?').next().unwrap_or_default();
    let base = map["sourceRoot"].as_str().map_or_else(|| folder.to_owned(), |base| folder.join(base));
    let sources = map["sources"].as_array()?.iter().map(|source| {
        let source = source.as_str().unwrap_or_default();
        let source = source.strip_prefix("file://").unwrap_or(source);
        let (path, _) = split_query(source);
        let path = if path.is_empty() { root.join(own) } else { base.join(path) };
        Value::from(relative_path(folder, &path).into_string())
    });
    map["sources"] = sources.collect();
    if let Some(map) = map.as_object_mut() {
        map.remove("sourceRoot");
        map.remove("sourcesContent");
    }
    Some(map.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_without_a_file_is_named_as_in_vites_urls() {
        let root = Utf8Path::new("/app");
        let named = name(root, "\0virtual:a/b");
        assert_eq!(named, "@id/__x00__virtual:a/b");
        assert_eq!(id(root, &named), "\0virtual:a/b");
        assert_eq!(Importer::made(root, &named).path, "/app/index.html");
    }

    #[test]
    fn a_file_keeps_its_path_and_its_query() {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap();
        fs::write(root.join("a.svg"), "").unwrap();
        let given = format!("{root}/a.svg?component");
        let named = name(root, &given);
        assert_eq!(named, "a.svg?component");
        assert_eq!(id(root, &named), given);
        assert_eq!(Importer::made(root, &named).path, root.join("a.svg"));
    }

    #[test]
    fn sources_of_a_map_are_relative_to_the_modules_folder() {
        let of = |source: &str| {
            let map = serde_json::json!({ "version": 3, "sources": [source], "names": [], "mappings": "" });
            let map = sources_beside(Utf8Path::new("/app"), "src/a.vue?x".into(), &map.to_string()).unwrap();
            serde_json::from_str::<Value>(&map).unwrap()["sources"][0].as_str().unwrap().to_owned()
        };
        assert_eq!(of("/app/src/a.vue"), "a.vue");
        assert_eq!(of("a.vue"), "a.vue");
        assert_eq!(of(""), "a.vue");
        assert_eq!(of("file:///app/docs/b.md?y"), "../docs/b.md");
    }
}
