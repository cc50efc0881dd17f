//! A Worker's modules as `wrangler deploy` uploads them: one bundle, and beside it the files that module rules name.
//!
//! The settings are those of wrangler 4.164.0. Whatever a file is made of is part of the key it is kept by, so an unchanged
//! Worker starts no esbuild.

mod additional;
mod cached;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};

use self::additional::Additional;
use super::{
    dependencies::normalize,
    esbuild::{DeployBundle, DeployEntry, DeployError, Deployed, Metafile},
    globs::InvalidGlob,
    resolve::node_modules,
    rules::{Rule, Rules},
};
use crate::{
    analyze::exports::read as source, cache::Cache, home::Home, plan::ModuleKind, project::relative_path,
};

/// A Worker to bundle.
#[derive(Clone, Copy, Debug)]
pub struct Production<'a> {
    /// The folder of its wrangler file; absolute, without symbolic links.
    pub folder: &'a Utf8Path,
    /// Its main module, relative to the folder.
    pub main: &'a Utf8Path,
    /// How it is bundled.
    pub settings: &'a Settings,
    /// Where esbuild is.
    pub home: &'a Home,
    /// Where bundles are kept.
    pub cache: &'a Cache,
}

/// What a wrangler file says about the bundle.
#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a key of the wrangler file")]
pub struct Settings {
    /// Whether the main module is deployed as it is.
    pub no_bundle: bool,
    /// Whether the bundle is minified.
    pub minify: bool,
    /// Whether functions and classes lose their names to the bundler.
    pub forget_names: bool,
    /// Expressions and what replaces them.
    pub define: Vec<(String, String)>,
    /// Modules and what replaces them.
    pub alias: Vec<(String, String)>,
    /// Module rules.
    pub rules: Vec<Rule>,
    /// The function that JSX is compiled to.
    pub jsx_factory: Option<String>,
    /// The component that JSX fragments are compiled to.
    pub jsx_fragment: Option<String>,
    /// The TypeScript configuration, relative to the folder.
    pub tsconfig: Option<String>,
    /// Whether files that a rule names are modules although nothing imports them by name.
    pub find_additional_modules: bool,
    /// The folder of those files, relative to the folder; the main module's if absent.
    pub base_dir: Option<String>,
    /// Whether bare names of Node's modules mean those, as under `nodejs_compat`.
    pub node: bool,
}

/// A bundled Worker.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Bundled {
    /// Its modules, the main module first.
    pub modules: Vec<BundledModule>,
    /// What the main module exports; nothing if it is a service worker, or was not bundled.
    pub exports: Option<Vec<String>>,
    /// Every file that the bundle depends on; absolute.
    pub inputs: Vec<Utf8PathBuf>,
}

/// A module of a bundled Worker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundledModule {
    /// Its name in the Worker.
    pub name: String,
    /// What it is.
    pub kind: ModuleKind,
    /// What it holds.
    #[serde(skip)]
    pub content: Vec<u8>,
    size: usize,
}

/// Why there is no bundle.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProductionError {
    /// esbuild gave nothing.
    #[error(transparent)]
    Deploy(#[from] DeployError),
    /// A module rule has a glob that cannot be used.
    #[error(transparent)]
    Glob(#[from] InvalidGlob),
    /// A file cannot be read.
    #[error("cannot read {path}: {error}")]
    Read {
        /// The file.
        path: Utf8PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// A file is imported that is neither code nor named by a rule.
    #[error("{0} is imported, but no module rule says what it is")]
    NoRule(Utf8PathBuf),
}

impl BundledModule {
    /// A module called `name`.
    pub fn new(name: &str, kind: ModuleKind, content: Vec<u8>) -> Self {
        Self { name: name.to_owned(), kind, size: content.len(), content }
    }
}

impl Production<'_> {
    /// Bundles the Worker, or takes the bundle from the cache.
    ///
    /// # Errors
    /// See [`ProductionError`].
    pub fn build(&self) -> Result<Bundled, ProductionError> {
        if let Some(kept) = cached::read(self) {
            return Ok(kept);
        }
        let built = self.bundle()?;
        cached::write(self, &built);
        Ok(built)
    }

    fn bundle(&self) -> Result<Bundled, ProductionError> {
        let Self { folder, settings, .. } = *self;
        let rules = Rules::new(&settings.rules)?;
        let main = normalize(&folder.join(self.main));
        let base = match &settings.base_dir {
            Some(base) => normalize(&folder.join(base)),
            None => main.parent().unwrap_or(folder).to_owned(),
        };
        let additional = if settings.find_additional_modules {
            additional::find(&base, &main, &rules)?
        } else {
            Additional::default()
        };
        let content = read(&main)?;
        let is_module = is_module(&main, &content);
        if settings.no_bundle {
            let name = main.strip_prefix(&base).map_or_else(|_| self.main.as_str(), Utf8Path::as_str);
            let kind = if is_module { ModuleKind::EsModule } else { ModuleKind::ServiceWorker };
            let mut modules = vec![BundledModule::new(name, kind, content)];
            modules.extend(additional.modules);
            let inputs = std::iter::once(main.clone()).chain(additional.inputs).collect();
            return Ok(Bundled { modules, exports: None, inputs });
        }
        let bundle = DeployBundle {
            entry: DeployEntry::File(self.main),
            root: folder,
            home: self.home,
            cache: self.cache,
        };
        let made = bundle.run(&mut |_| Ok(self.arguments(&rules, &base, &additional, is_module)))?;
        self.collect(made, &rules, &base, additional, is_module)
    }

    /// What esbuild is told besides what holds for all Workers.
    fn arguments(
        &self,
        rules: &Rules,
        base: &Utf8Path,
        additional: &Additional,
        is_module: bool,
    ) -> Vec<String> {
        let settings = self.settings;
        let mut arguments: Vec<String> = vec![
            "--asset-names=[name]-[hash]".to_owned(),
            "--supported:using=true".to_owned(),
            "--define:process.env.NODE_ENV=\"production\"".to_owned(),
            "--define:global.process.env.NODE_ENV=\"production\"".to_owned(),
            "--define:globalThis.process.env.NODE_ENV=\"production\"".to_owned(),
        ];
        if is_module {
            arguments.extend(rules.extensions().iter().map(|end| format!("--loader:{end}=copy")));
        } else {
            arguments.push("--format=iife".to_owned());
            arguments.extend(super::esbuild::INLINE_TEXT.map(str::to_owned));
        }
        let flags = [(settings.minify, "--minify"), (!settings.forget_names, "--keep-names")].into_iter();
        arguments.extend(flags.filter(|(wanted, _)| *wanted).map(|(_, flag)| flag.to_owned()));
        let external = ["node:*", "cloudflare:*", "workerd:*", "__STATIC_CONTENT_MANIFEST"];
        arguments.extend(external.map(|name| format!("--external:{name}")));
        let found = additional.modules.iter().map(|module| format!("--external:{}", base.join(&module.name)));
        arguments.extend(found);
        if settings.node {
            arguments.extend(node_modules().map(|name| format!("--alias:{name}=node:{name}")));
        }
        arguments.extend(settings.define.iter().map(|(from, to)| format!("--define:{from}={to}")));
        arguments.extend(settings.alias.iter().map(|(from, to)| format!("--alias:{from}={to}")));
        let named = [
            ("jsx-factory", &settings.jsx_factory),
            ("jsx-fragment", &settings.jsx_fragment),
            ("tsconfig", &settings.tsconfig),
        ];
        arguments
            .extend(named.iter().filter_map(|(name, value)| Some(format!("--{name}={}", value.as_ref()?))));
        arguments
    }

    /// The Worker's modules from what esbuild wrote.
    fn collect(
        &self,
        made: Deployed,
        rules: &Rules,
        base: &Utf8Path,
        additional: Additional,
        is_module: bool,
    ) -> Result<Bundled, ProductionError> {
        let Deployed { mut code, metafile, mut beside, folder: written } = made;
        let mut data = vec![];
        let mut exports = None;
        for (path, output) in &metafile.outputs {
            if output.entry_point.is_some() {
                exports = is_module.then(|| output.exports.clone());
                continue;
            }
            let (Some(name), Some(file)) = (path.file_name(), output.inputs.keys().next()) else { continue };
            let file = self.file(file);
            let kind = rules.data(&file).ok_or(ProductionError::NoRule(file))?;
            code = without_query(&code, name);
            data.push(BundledModule::new(name, kind, beside.remove(name).unwrap_or_default()));
        }
        for module in &additional.modules {
            let from = relative_path(&written, &base.join(&module.name));
            code = code.replace(&format!("\"{from}\""), &format!("\"./{}\"", module.name));
        }
        let stem = self.main.file_stem().unwrap_or("index");
        let kind = if is_module { ModuleKind::EsModule } else { ModuleKind::ServiceWorker };
        let mut modules = vec![BundledModule::new(&format!("{stem}.js"), kind, code.into_bytes())];
        modules.extend(data);
        modules.extend(additional.modules);
        let inputs = self.inputs(&metafile).into_iter().chain(additional.inputs).collect();
        Ok(Bundled { modules, exports, inputs })
    }

    /// The file, relative to the folder, that an input of the metafile is: its name may have an import's query.
    fn file(&self, input: &Utf8Path) -> Utf8PathBuf {
        match input.as_str().split_once('?') {
            Some((file, _)) if !self.folder.join(input).is_file() => file.into(),
            _ => input.to_owned(),
        }
    }

    /// Everything that a bundle depends on: the files in it, the names beside them (another file may come first), and what
    /// TypeScript and packages are told on the way.
    fn inputs(&self, metafile: &Metafile) -> BTreeSet<Utf8PathBuf> {
        let mut inputs = BTreeSet::new();
        for path in metafile.inputs.keys() {
            let path = normalize(&self.folder.join(self.file(path)));
            let is_package = path.as_str().contains("/node_modules/");
            for folder in path.ancestors().skip(1) {
                inputs.insert(folder.join("package.json"));
                if is_package {
                    // Up to the package's own folder, or its scope's.
                    if folder.parent().is_some_and(|parent| parent.file_name() == Some("node_modules")) {
                        break;
                    }
                } else {
                    inputs.insert(folder.join("tsconfig.json"));
                }
            }
            if !is_package && let Some(folder) = path.parent() {
                inputs.insert(folder.to_owned());
            }
            inputs.insert(path);
        }
        inputs.extend(self.settings.tsconfig.iter().map(|path| normalize(&self.folder.join(path))));
        inputs
    }
}

/// The text with imports of the file `name` without their query: `./add-HASH.wasm?module` is that file.
fn without_query(code: &str, name: &str) -> String {
    let start = format!("/{name}?");
    let mut parts = code.split(&start);
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push_str(&start[..start.len() - 1]);
        text.push_str(part.find('"').map_or(part, |end| &part[end..]));
    }
    text
}

/// Whether a main module has the form of a module: a service worker exports nothing.
fn is_module(path: &Utf8Path, content: &[u8]) -> bool {
    let facts = source::parse(path.as_str(), &String::from_utf8_lossy(content));
    !facts.exports.is_empty() || !facts.stars.is_empty()
}

fn read(path: &Utf8Path) -> Result<Vec<u8>, ProductionError> {
    std::fs::read(path).map_err(|error| ProductionError::Read { path: path.to_owned(), error })
}
