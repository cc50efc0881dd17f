//! What an import means: a first-party file, an installed package, a built-in module, or a file of data.
//!
//! Files are found with the settings `wrangler deploy` gives esbuild (conditions, main fields, extensions,
//! tsconfig `paths`, `browser` maps), so that a test loads what production loads. Nothing is executed.

mod alias;
mod builtin;
mod data;
mod missing;

#[cfg(test)]
mod tests;

use std::{path::Path, sync::Arc};

use camino::{Utf8Path, Utf8PathBuf};
use oxc_resolver::{ResolveContext, ResolveError, ResolveOptions, TsConfig, TsconfigDiscovery};
use serde::{Deserialize, Serialize};

pub use alias::{Alias, InvalidAlias};
pub(crate) use builtin::{PREFIXED_NODE_MODULES, is_node_module, node_modules};
pub use data::DataKind;
pub(crate) use data::is_code;
pub use missing::Missing;

use super::{
    rules::Rules,
    transform::{Import, ImportKind},
};

/// What package managers write to `node_modules` with each installation.
pub(crate) const INSTALLED: [&str; 5] =
    ["", ".package-lock.json", ".modules.yaml", ".yarn-state.yml", ".yarn-integrity"];

/// What an import resolved to. Paths are absolute and free of symbolic links.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Resolved {
    /// A file of the project, or of a workspace package linked into `node_modules`: compiled as a module.
    Source(Utf8PathBuf),
    /// A file of an installed package: bundled by esbuild.
    Dependency {
        /// The file.
        path: Utf8PathBuf,
        /// The package it belongs to, scope included.
        package: String,
    },
    /// A module of the runtime, such as `node:path` or `cloudflare:workers`.
    Builtin(String),
    /// A file whose content is imported.
    Data {
        /// The file.
        path: Utf8PathBuf,
        /// As what.
        kind: DataKind,
    },
    /// A file that a package's `browser` map replaces with nothing: a module without exports.
    Empty(Utf8PathBuf),
    /// A module that the user's Vite plugins make, by its id: what no file is, or a file that is not code.
    Made(String),
}

/// What decides how imports resolve.
#[derive(Debug)]
pub struct ResolverOptions {
    /// The project root, absolute and free of symbolic links.
    pub root: Utf8PathBuf,
    /// `exports` conditions besides `import`/`require` and `default`.
    pub conditions: Vec<String>,
    /// Aliases, tried in order; the first that matches is applied, once.
    pub aliases: Vec<Alias>,
    /// The module rules that count for the Worker.
    pub rules: Rules,
    /// Whether a bare `path` is always `node:path`, as wrangler makes it under `nodejs_compat`. Otherwise an
    /// installed package of that name comes first, as in Vite.
    pub node_compat: bool,
}

impl ResolverOptions {
    /// wrangler's defaults for a project in `root`.
    pub fn new(root: impl Into<Utf8PathBuf>) -> Self {
        let conditions = ["workerd", "worker", "browser"].map(str::to_owned).to_vec();
        Self {
            root: root.into(),
            conditions,
            aliases: Vec::new(),
            rules: Rules::default(),
            node_compat: true,
        }
    }
}

/// Resolves imports. Keeps what it learns of the file system, so one resolver serves one run.
#[derive(Debug)]
pub struct Resolver {
    options: ResolverOptions,
    import: oxc_resolver::Resolver,
    require: oxc_resolver::Resolver,
}

impl Resolver {
    /// A resolver for one project.
    pub fn new(options: ResolverOptions) -> Self {
        let import = oxc_resolver::Resolver::new(oxc_options(&options, "import"));
        let require = import.clone_with_options(oxc_options(&options, "require"));
        Self { options, import, require }
    }

    /// Whether an alias gives the specifier another meaning.
    pub fn is_aliased(&self, specifier: &str) -> bool {
        self.aliased(specifier).is_some()
    }

    /// What an alias makes of the specifier.
    pub fn aliased(&self, specifier: &str) -> Option<String> {
        alias::apply(&self.options.aliases, specifier)
    }

    /// Resolves what `importer` (an absolute path) asks for.
    ///
    /// A [`ImportKind::Mock`] that is missing need not be an error: Vitest allows to mock what does not exist.
    ///
    /// # Errors
    ///
    /// Nothing is found, or a package.json or tsconfig.json on the way is broken.
    pub fn resolve(&self, importer: &Utf8Path, import: &Import) -> Result<Resolved, Box<Missing>> {
        let specifier = alias::apply(&self.options.aliases, &import.specifier);
        let specifier = specifier.as_deref().unwrap_or(&import.specifier);
        if builtin::has_scheme(specifier) {
            return Ok(Resolved::Builtin(specifier.to_owned()));
        }
        let bare_builtin = builtin::bare(specifier);
        if let Some(builtin) = &bare_builtin
            && self.options.node_compat
        {
            return Ok(Resolved::Builtin(builtin.clone()));
        }
        let (path, query) = split_query(specifier);
        match self.find(importer, path, import.kind) {
            Ok(found) => self.classify(found, query, import).map_err(|found| {
                Box::new(Missing::unusable(&self.options.root, importer, &import.specifier, &found))
            }),
            Err(ResolveError::Ignored(path)) => Ok(Resolved::Empty(utf8(path))),
            Err(error) => bare_builtin.map(Resolved::Builtin).ok_or_else(|| {
                Box::new(Missing::not_found(&self.options.root, importer, &import.specifier, path, &error))
            }),
        }
    }

    /// What a file is that something else has found for an import. `None` if it is neither code nor data that a rule names.
    pub fn found(&self, path: Utf8PathBuf, import: &Import) -> Option<Resolved> {
        self.classify(path, None, import).ok()
    }

    /// The tsconfig.json that governs a file: the nearest that includes it, or else, as esbuild sees it, the
    /// nearest. `None` for files of installed packages.
    ///
    /// # Errors
    ///
    /// The message about a tsconfig.json that cannot be read, with its path.
    pub fn tsconfig(&self, file: &Utf8Path) -> Result<Option<Arc<TsConfig>>, String> {
        self.find_tsconfig(file).map_err(|error| error.to_string())
    }

    fn find_tsconfig(&self, file: &Utf8Path) -> Result<Option<Arc<TsConfig>>, ResolveError> {
        if in_node_modules(file) {
            return Ok(None);
        }
        if let Some(owner) = self.import.find_tsconfig(file)? {
            return Ok(Some(owner));
        }
        let nearest =
            file.ancestors().skip(1).map(|folder| folder.join("tsconfig.json")).find(|path| path.is_file());
        nearest.map(|path| self.import.resolve_tsconfig(path)).transpose()
    }

    fn find(&self, importer: &Utf8Path, path: &str, kind: ImportKind) -> Result<Utf8PathBuf, ResolveError> {
        let resolver = if kind == ImportKind::Require { &self.require } else { &self.import };
        let tsconfig = self.find_tsconfig(importer)?;
        let folder = importer.parent().unwrap_or(importer);
        let mut context = ResolveContext::default();
        let found = resolver.resolve_with_context(folder, path, tsconfig.as_deref(), &mut context)?;
        Ok(utf8(found.into_path_buf()))
    }

    /// Gives the path back if the file is neither code nor data that any rule names.
    fn classify(
        &self,
        path: Utf8PathBuf,
        query: Option<&str>,
        import: &Import,
    ) -> Result<Resolved, Utf8PathBuf> {
        let relative = path.strip_prefix(&self.options.root).unwrap_or(&path);
        let kind = data::from_query(query, &path)
            .or_else(|| data::from_attributes(&import.attributes))
            .or_else(|| data::from_rules(&self.options.rules, relative));
        if let Some(kind) = kind {
            return Ok(Resolved::Data { path, kind });
        }
        let package = package_of(&path);
        if !data::is_code(&path) {
            return Err(path);
        }
        Ok(match package {
            Some(package) => Resolved::Dependency { package, path },
            None => Resolved::Source(path),
        })
    }
}

fn oxc_options(options: &ResolverOptions, style: &str) -> ResolveOptions {
    let strings = |list: &[&str]| list.iter().map(|&item| item.to_owned()).collect::<Vec<_>>();
    let mut condition_names = options.conditions.clone();
    condition_names.extend(strings(&[style, "default"]));
    ResolveOptions {
        cwd: Some(options.root.clone().into()),
        tsconfig: Some(TsconfigDiscovery::Auto),
        condition_names,
        alias_fields: vec![strings(&["browser"])],
        main_fields: strings(&["browser", "module", "main"]),
        // esbuild's own list, then what Vite also knows.
        extensions: strings(&[".tsx", ".ts", ".jsx", ".js", ".css", ".json", ".mts", ".mjs", ".cts", ".cjs"]),
        // TypeScript's habit of importing `./x.ts` as `./x.js`; a real `./x.js` comes first.
        extension_alias: [
            (".js", &[".js", ".ts", ".tsx"][..]),
            (".jsx", &[".jsx", ".ts", ".tsx"]),
            (".mjs", &[".mjs", ".mts"]),
            (".cjs", &[".cjs", ".cts"]),
        ]
        .map(|(written, tried)| (written.to_owned(), strings(tried)))
        .to_vec(),
        // What Vite does with `/src/x.ts`, after looking for that very path.
        roots: vec![options.root.clone().into()],
        node_path: false,
        ..ResolveOptions::default()
    }
}

/// Cuts `?raw` and the like off a specifier.
pub(crate) fn split_query(specifier: &str) -> (&str, Option<&str>) {
    match specifier.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (specifier, None),
    }
}

/// The installed package a file belongs to: what follows the last `node_modules` in its path.
pub(crate) fn package_of(path: &Utf8Path) -> Option<String> {
    let parts: Vec<_> = path.components().map(|part| part.as_str()).collect();
    let after = parts.iter().rposition(|part| *part == "node_modules")? + 1;
    let name = parts.get(after)?;
    Some(match parts.get(after + 1) {
        Some(rest) if name.starts_with('@') => format!("{name}/{rest}"),
        _ => (*name).to_owned(),
    })
}

fn in_node_modules(path: &Utf8Path) -> bool {
    path.components().any(|part| part.as_str() == "node_modules")
}

/// A path that is not UTF-8 cannot be written in a specifier, so it can only come from a link's target; it is
/// shown with replacement characters and then not found.
fn utf8(path: impl AsRef<Path>) -> Utf8PathBuf {
    path.as_ref().to_string_lossy().into_owned().into()
}
