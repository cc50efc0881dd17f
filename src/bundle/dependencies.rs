//! The npm packages that a project's sources import, bundled once with the settings of `wrangler deploy`.
//!
//! The bundle is one extension module: a function that the runner calls for each test file, which so has packages of its
//! own. Each package is evaluated when it is first imported. Built-in modules cannot be imported by an extension, so the
//! bundle reads them from a registry that the runner fills (see `runner-js/src/module-table.ts`).

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs, io,
};

use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};

use super::{
    disabled,
    esbuild::{DeployBundle, DeployEntry, DeployError, Deployed, INLINE_TEXT, Metafile},
    resolve::{PREFIXED_NODE_MODULES, node_modules},
};
use crate::{
    analyze::cache_api,
    cache::{Cache, Content, KeyBuilder},
    home::Home,
};

/// The bundle of all dependencies.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Dependencies {
    /// The module's text; none if there are no dependencies. Kept beside the rest in the cache, and seldom read.
    #[serde(skip)]
    pub code: Option<Content>,
    /// Whether the text names the Cache API's global.
    pub uses_caches: bool,
    /// For each dependency, by URL, the built-in modules that it may need.
    pub builtins: BTreeMap<String, Vec<String>>,
    code_hash: String,
    /// Every file that was read; absolute. Only known of a new bundle.
    #[serde(skip)]
    inputs: Vec<Utf8PathBuf>,
}

/// Why there is no bundle.
#[derive(Debug, thiserror::Error)]
#[error("cannot bundle the project's dependencies\n{0}")]
pub struct DependenciesError(#[from] DeployError);

/// What is kept of a bundle without and with Node's modules.
const CACHE_ENTRIES: [&str; 2] = ["dependencies.json", "dependencies-node.json"];
/// The texts of the bundles.
const CODE_ENTRIES: [&str; 2] = ["dependencies.js", "dependencies-node.js"];
/// The bundle is a function, so that each test file can have packages of its own. In parentheses, V8 compiles it at once.
const BANNER: &str = "--banner:js=export default ((wptBuiltins, wptProvide) => {";
/// Its end.
const FOOTER: &str = "--footer:js=});";
/// What esbuild calls the bundle's entry.
const ENTRY_NAME: &str = "dependencies.ts";

const CLOUDFLARE_MODULES: [&str; 6] = [
    "cloudflare:workers",
    "cloudflare:sockets",
    "cloudflare:email",
    "cloudflare:workflows",
    "cloudflare:node",
    "cloudflare:test",
];

/// Bundles `entries` (URL to the file it stands for, absolute), or takes the bundle from the cache. With `node`, bare names
/// of Node's modules mean those, as in a Worker with Node compatibility; without it, they mean npm packages.
///
/// # Errors
/// See [`DependenciesError`].
pub fn build(
    root: &Utf8Path,
    entries: &BTreeMap<String, Utf8PathBuf>,
    node: bool,
    home: &Home,
    cache: &Cache,
) -> Result<Dependencies, DependenciesError> {
    if entries.is_empty() {
        return Ok(Dependencies::default());
    }
    let [cache_entry, code_entry] = [CACHE_ENTRIES, CODE_ENTRIES].map(|names| names[usize::from(node)]);
    let base = entries
        .iter()
        .fold(KeyBuilder::new().text(root.as_str()), |key, (url, file)| key.text(url).text(file.as_str()))
        .text(if node { "node" } else { "" })
        .text(BANNER)
        .file(&home.package("esbuild").map_err(DeployError::Home)?.join("package.json"));
    if let Some(cached) = cache.read_traced::<Dependencies>(cache_entry, &base, &KeyBuilder::stat)
        && let Some(code) = cache.find(code_entry, &KeyBuilder::new().text(&cached.code_hash).finish())
    {
        return Ok(Dependencies { code: Some(code), ..cached });
    }
    let built = bundle(root, entries, node, home, cache)?;
    if let Some(code) = &built.code {
        cache.keep(code_entry, &KeyBuilder::new().text(&built.code_hash).finish(), code);
    }
    cache.write_traced(cache_entry, &base, &built.inputs, &KeyBuilder::stat, &built);
    Ok(built)
}

fn bundle(
    root: &Utf8Path,
    entries: &BTreeMap<String, Utf8PathBuf>,
    node: bool,
    home: &Home,
    cache: &Cache,
) -> Result<Dependencies, DependenciesError> {
    let mut stubs = BTreeMap::new();
    let entry = DeployEntry::Text { name: ENTRY_NAME, text: &entry_module(entries) };
    let mut disabled = BTreeMap::new();
    let made = loop {
        let made = DeployBundle { entry, root, home, cache }.run(&mut |folder| {
            stubs = self::stubs(folder, node)?;
            let builtins = stubs.iter().map(|(module, stub)| (module, folder.join(stub)));
            let others =
                disabled.iter().map(|(specifier, file): (_, &Utf8PathBuf)| (specifier, file.clone()));
            let aliases = builtins.chain(others).map(|(name, file)| format!("--alias:{name}={file}"));
            let own =
                ["--minify-whitespace", BANNER, FOOTER].into_iter().chain(INLINE_TEXT).map(str::to_owned);
            Ok(own.chain(aliases).collect())
        });
        let Err(DeployError::Bundle(error)) = &made else { break made? };
        // esbuild names only the first few errors.
        let known = disabled.len();
        disabled.extend(disabled::found_by_node(error, root));
        if disabled.len() == known {
            break made?;
        }
    };
    let Deployed { code, metafile, folder, .. } = made;
    let modules: BTreeMap<Utf8PathBuf, &str> = stubs
        .iter()
        .filter(|(module, _)| module.contains(':'))
        .map(|(module, stub)| (folder.join(stub), module.as_str()))
        .collect();
    let absolute = |path: &Utf8Path| normalize(&root.join(path));
    let uses_caches = cache_api::is_named(code.as_bytes());
    let code = Content::from(code.into_bytes());
    Ok(Dependencies {
        code_hash: code.hash().to_owned(),
        code: Some(code),
        uses_caches,
        builtins: entries
            .iter()
            .map(|(url, file)| (url.clone(), builtins_of(file, &metafile, &absolute, &modules)))
            .collect(),
        inputs: metafile
            .inputs
            .keys()
            .filter(|path| path.as_str() != ENTRY_NAME)
            .map(|path| absolute(path))
            .filter(|path| !path.starts_with(&folder))
            .collect(),
    })
}

/// The bundle's entry: a loader for each dependency. Its namespace is esbuild's, so a `CommonJS` package looks to its
/// importers as it does when deployed.
fn entry_module(entries: &BTreeMap<String, Utf8PathBuf>) -> String {
    let mut text = String::from("wptProvide({\n");
    for (url, file) in entries {
        let [url, file] = [url.as_str(), file.as_str()].map(|text| serde_json::Value::from(text).to_string());
        writeln!(text, "\t{url}: () => import({file}),").expect("a String takes any text");
    }
    text.push_str("});\n");
    text
}

/// Writes a module for each built-in that reads it from the runner's registry; gives their file names by module name.
fn stubs(folder: &Utf8Path, node: bool) -> io::Result<BTreeMap<String, String>> {
    let mut stubs = BTreeMap::new();
    let cloudflare = CLOUDFLARE_MODULES.iter().map(|&name| (name.to_owned(), name.to_owned()));
    let full = |name: &str| format!("node:{name}");
    let prefixed = node_modules().chain(PREFIXED_NODE_MODULES).map(|name| (full(name), full(name)));
    // Old packages name Node's own parts as well.
    let parts = PREFIXED_NODE_MODULES.into_iter().filter(|name| name.starts_with('_'));
    let bare = node_modules().chain(parts).map(|name| (name.to_owned(), full(name))).filter(|_| node);
    for (alias, module) in prefixed.chain(cloudflare).chain(bare) {
        let file = format!("{}.cjs", module.replace([':', '/'], "_"));
        fs::write(folder.join(&file), format!("module.exports = wptBuiltins.require({module:?});\n"))?;
        stubs.insert(alias, file);
    }
    Ok(stubs)
}

/// The built-in modules that the module graph below `file` reaches.
fn builtins_of(
    file: &Utf8Path,
    metafile: &Metafile,
    absolute: &dyn Fn(&Utf8Path) -> Utf8PathBuf,
    stubs: &BTreeMap<Utf8PathBuf, &str>,
) -> Vec<String> {
    let start = metafile.inputs.keys().find(|path| absolute(path) == file).cloned();
    let mut found = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut waiting: Vec<Utf8PathBuf> = start.into_iter().collect();
    while let Some(path) = waiting.pop() {
        let file = absolute(&path);
        if let Some(&module) = stubs.get(&file) {
            found.insert(module.to_owned());
            continue;
        }
        if !seen.insert(path.clone()) {
            continue;
        }
        let imports = metafile.inputs.get(&path).into_iter().flat_map(|input| &input.imports);
        waiting
            .extend(imports.filter(|import| !import.external).map(|import| Utf8PathBuf::from(&import.path)));
    }
    found.into_iter().collect()
}

/// `path` without `.` and `..`, which need not exist.
pub(crate) fn normalize(path: &Utf8Path) -> Utf8PathBuf {
    let mut normal = Utf8PathBuf::new();
    for component in path.components() {
        match component {
            camino::Utf8Component::ParentDir => {
                normal.pop();
            }
            camino::Utf8Component::CurDir => {}
            other => normal.push(other),
        }
    }
    normal
}
