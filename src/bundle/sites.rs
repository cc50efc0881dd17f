//! Workers Sites: a folder of files as the KV namespace `__STATIC_CONTENT`, and the module that lists them.
//!
//! Miniflare's published Worker answers for the namespace; what keys are is its rule.

use camino::{Utf8Path, Utf8PathBuf};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use regress::Regex;
use serde_json::{Map, Value, json};
use walkdir::WalkDir;

use super::{
    globs::regexp_of,
    simulators::{Scripts, SimulatorsError},
    store::Modules,
};
use crate::{
    home::Home,
    plan::{BindingKind, Provenance, Service, ServiceKind, ServiceTarget, Worker},
};

/// The KV namespace of the files.
pub const NAMESPACE: &str = "__STATIC_CONTENT";
/// The module that gives each file's key, as JSON text.
pub const MANIFEST: &str = "__STATIC_CONTENT_MANIFEST";

/// In front of every key: it tells Miniflare's Worker that what follows is a path.
const KEY_PREFIX: &str = "$__MINIFLARE_SITES__$/";
/// What JavaScript's `encodeURIComponent` leaves as it is.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');
/// The date and flags that Miniflare gives its Worker.
const DATE: &str = "2023-07-24";
const FLAG: &str = "nodejs_compat";

/// A Worker's site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Site {
    /// The folder, relative to the project root.
    pub folder: Utf8PathBuf,
    /// Globs of the files that are in it; all if empty.
    pub include: Vec<String>,
    /// Globs of files that are not in it, if `include` is empty.
    pub exclude: Vec<String>,
}

impl Site {
    /// The manifest: each file's path and key.
    ///
    /// # Errors
    /// The folder cannot be read, or a glob cannot be used.
    pub fn manifest(&self, root: &Utf8Path) -> Result<Value, String> {
        let matcher = |globs| Matcher::new(globs).map_err(|error| format!("a glob cannot be used: {error}"));
        let (include, exclude) = (matcher(&self.include)?, matcher(&self.exclude)?);
        let folder = root.join(&self.folder);
        let mut manifest = Map::new();
        for entry in WalkDir::new(&folder).sort_by_file_name() {
            let entry = entry.map_err(|error| error.to_string())?;
            let Some(path) =
                Utf8Path::from_path(entry.path()).and_then(|path| path.strip_prefix(&folder).ok())
            else {
                return Err(format!("the name of {} is not UTF-8", entry.path().display()));
            };
            let wanted = if self.include.is_empty() { !exclude.matches(path) } else { include.matches(path) };
            if wanted && entry.path().is_file() {
                let key = format!("{KEY_PREFIX}{}", utf8_percent_encode(path.as_str(), COMPONENT));
                manifest.insert(path.to_string(), key.into());
            }
        }
        Ok(manifest.into())
    }

    /// The service called `name` that answers for the namespace, and its folder.
    ///
    /// # Errors
    /// Miniflare is not installed.
    pub fn services(
        &self,
        name: &str,
        home: &Home,
        modules: &mut Modules,
    ) -> Result<Vec<Service>, SimulatorsError> {
        let because = Provenance::rule("site", "the Worker has a Workers Site");
        let script = Scripts::of(home)?.read("kv/sites.worker.js")?;
        let folder = format!("{name}:folder");
        let target = ServiceTarget::Named(folder.clone());
        let script = modules.module("site.js", "simulators/site.js", script);
        let bindings = vec![
            ("MINIFLARE_BLOBS", BindingKind::Service { target, entrypoint: None, props: None }),
            ("MINIFLARE_SITE_FILTER", BindingKind::Json { value: self.filter() }),
        ];
        let worker = Worker::of_rule(vec![script], DATE, &[FLAG], bindings, &because);
        let service = |name: String, kind| Service { name, kind, provenance: because.clone() };
        Ok(vec![
            service(name.to_owned(), ServiceKind::Worker(Box::new(worker))),
            service(folder, ServiceKind::Folder { path: self.folder.clone(), writable: false }),
        ])
    }

    /// The globs in the form that Miniflare's Worker takes.
    fn filter(&self) -> Value {
        let mut filter = Map::new();
        for (key, globs) in [("include", &self.include), ("exclude", &self.exclude)] {
            if !globs.is_empty() {
                let [include, exclude] = sources(globs);
                filter.insert(key.to_owned(), json!({ "include": include, "exclude": exclude }));
            }
        }
        filter.into()
    }
}

/// Globs as regular expressions: those that take paths, and those after a `!`, which take paths away.
fn sources(globs: &[String]) -> [Vec<String>; 2] {
    let (negated, plain): (Vec<&str>, Vec<&str>) =
        globs.iter().map(String::as_str).partition(|glob| glob.starts_with('!'));
    let source = |glob: &str| regexp_of(glob.strip_prefix('!').unwrap_or(glob));
    [plain, negated].map(|globs| globs.into_iter().map(source).collect())
}

/// The regular expressions of globs.
struct Matcher {
    include: Vec<Regex>,
    exclude: Vec<Regex>,
}

impl Matcher {
    fn new(globs: &[String]) -> Result<Self, regress::Error> {
        let compile =
            |sources: &[String]| sources.iter().map(|source| Regex::new(source)).collect::<Result<_, _>>();
        let [include, exclude] = sources(globs);
        Ok(Self { include: compile(&include)?, exclude: compile(&exclude)? })
    }

    fn matches(&self, path: &Utf8Path) -> bool {
        let any = |list: &[Regex]| list.iter().any(|regex| regex.find(path.as_str()).is_some());
        !any(&self.exclude) && any(&self.include)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(include: &[&str], exclude: &[&str]) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap();
        for path in ["index.html", "css/a b.css", "img/x.png", "img/raw/y.png"] {
            std::fs::create_dir_all(root.join("public").join(path).parent().unwrap()).unwrap();
            std::fs::write(root.join("public").join(path), "").unwrap();
        }
        let own = |globs: &[&str]| globs.iter().map(ToString::to_string).collect();
        let site = Site { folder: "public".into(), include: own(include), exclude: own(exclude) };
        let manifest = site.manifest(root).unwrap();
        manifest
            .as_object()
            .unwrap()
            .iter()
            .map(|(path, key)| format!("{path} {}", key.as_str().unwrap()))
            .collect()
    }

    #[test]
    fn keys_are_paths_that_miniflare_knows_as_such() {
        assert_eq!(manifest(&["css/*"], &[]), [r"css/a b.css $__MINIFLARE_SITES__$/css%2Fa%20b.css"]);
    }

    #[test]
    fn globs_choose_and_a_choice_to_include_is_the_whole_choice() {
        let paths = |include: &[&str], exclude: &[&str]| -> Vec<String> {
            manifest(include, exclude)
                .iter()
                .map(|line| line.split(" $").next().unwrap().to_owned())
                .collect()
        };
        assert_eq!(paths(&[], &[]), ["css/a b.css", "img/raw/y.png", "img/x.png", "index.html"]);
        assert_eq!(paths(&["img/**", "!raw/*"], &["*.png"]), ["img/x.png"]);
        assert_eq!(paths(&[], &["*.png"]), ["css/a b.css", "index.html"]);
    }
}
