//! What the wrangler file and the Vitest config say about finding and compiling sources.

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};

use crate::{
    bundle::{
        globs::{InvalidGlob, TestGlobs, find_test_files},
        resolve::Alias,
        rules::{Rule, Rules},
        transform::{Defines, HoistRules, Jsx, TransformOptions},
    },
    cache::{Key, KeyBuilder},
    compat::Node,
    config::{
        origin::Spanned,
        vitest::VitestConfig,
        wrangler::{self, ModuleType, Wrangler},
    },
    diagnostic::{Diagnostic, Diagnostics},
    plan::ModuleKind,
    project::Project,
};

use super::tree::Tree;

/// Test files, relative to the root. What was found is kept for as long as the same files are there: to prepare globs takes
/// longer than to list the files.
pub(super) fn test_files(
    project: &Project,
    vitest: &VitestConfig,
    tree: &Tree,
) -> Result<Vec<Utf8PathBuf>, InvalidGlob> {
    const CACHE_ENTRY: &str = "test-files";
    let test = &vitest.test;
    let lists = [&test.include, &test.exclude, &test.include_source];
    let key = lists
        .into_iter()
        .flatten()
        .fold(KeyBuilder::new().text(test.dir.as_str()), |key, glob| key.text(glob));
    let key = tree.add_files(key).finish();
    // Files that the tree does not list, or that are tests by what they hold.
    let by_names = test.include_source.is_empty()
        && !tree.has_links()
        && test.dir.starts_with(&project.root)
        && Tree::SKIPPED.iter().all(|folder| {
            let pattern = format!("**/{folder}/**");
            *folder == ".wpt" || test.exclude.contains(&pattern)
        });
    if !by_names {
        return find_tests(project, vitest);
    }
    if let Some(files) = project.cache.read_value(CACHE_ENTRY, &key) {
        return Ok(files);
    }
    let files = find_tests(project, vitest)?;
    project.cache.write_value(CACHE_ENTRY, &key, &files);
    Ok(files)
}

fn find_tests(project: &Project, vitest: &VitestConfig) -> Result<Vec<Utf8PathBuf>, InvalidGlob> {
    let test = &vitest.test;
    let folder = if test.dir.starts_with(&project.root) { &test.dir } else { &project.root };
    let prefix = folder.strip_prefix(&project.root).unwrap_or(Utf8Path::new(""));
    let globs = TestGlobs::new(folder, &test.include, &test.exclude, &test.include_source)?;
    Ok(find_test_files(folder, &globs).into_iter().map(|file| prefix.join(file)).collect())
}

/// Aliases of the Vitest config, then of the wrangler file.
pub(super) fn aliases(
    root: &Utf8Path,
    vitest: &VitestConfig,
    wrangler: Option<&Wrangler>,
    diagnostics: &mut Diagnostics,
) -> Vec<Alias> {
    let mut aliases = vec![];
    for alias in &vitest.test.alias {
        // Vite's own entries are for its client in browsers.
        if alias.replacement.contains("/vite/dist/") {
            continue;
        }
        match (alias.find.as_str(), alias.find["$wptRegExp"].as_str()) {
            (Some(find), _) => aliases.push(Alias::string(find, &alias.replacement)),
            (None, Some(source)) => {
                let flags = alias.find["flags"].as_str().unwrap_or_default();
                match Alias::regex(source, flags, &alias.replacement) {
                    Ok(alias) => aliases.push(alias),
                    Err(error) => diagnostics.push(Diagnostic::error("alias", error.to_string())),
                }
            }
            (None, None) => {}
        }
    }
    aliases.extend(own_aliases(root, wrangler));
    aliases
}

/// Aliases of the wrangler file.
pub(super) fn own_aliases(root: &Utf8Path, wrangler: Option<&Wrangler>) -> Vec<Alias> {
    let aliases = wrangler.into_iter().flat_map(|wrangler| {
        let folder = root.join(wrangler.directory());
        let own = wrangler.alias.iter();
        own.map(move |alias| Alias::wrangler(&alias.from.value, &alias.to.value, &folder))
    });
    aliases.collect()
}

/// The module rules that count: the options', then the wrangler file's, and what they leave of the default ones.
pub(super) fn rules(
    vitest: &VitestConfig,
    wrangler: Option<&Wrangler>,
    diagnostics: &mut Diagnostics,
) -> Rules {
    let mut own = vec![];
    let options = &vitest.pool.miniflare.worker.modules_rules;
    for rule in options.iter().chain(wrangler.into_iter().flat_map(|wrangler| &wrangler.rules)) {
        let Some(sound) = module_rule(rule) else { continue };
        match Rules::new(std::slice::from_ref(&sound)) {
            Ok(_) => own.push(sound),
            Err(error) => {
                diagnostics
                    .push(rule.module_type.origin.label(Diagnostic::error("glob", error.to_string()), ""));
            }
        }
    }
    Rules::new(&own).unwrap_or_default()
}

/// A module rule for the bundlers. None for Python: workerd has none without a network.
pub(super) fn module_rule(rule: &wrangler::Rule) -> Option<Rule> {
    Some(Rule {
        kind: module_kind(rule.module_type.value)?,
        globs: rule.globs.iter().map(|glob| glob.value.clone()).collect(),
        fallthrough: rule.fallthrough.as_ref().is_some_and(|it| it.value),
    })
}

/// What workerd calls a type of module; nothing for Python.
pub(super) fn module_kind(module_type: ModuleType) -> Option<ModuleKind> {
    Some(match module_type {
        ModuleType::EsModule => ModuleKind::EsModule,
        ModuleType::CommonJs => ModuleKind::CommonJs,
        ModuleType::Text => ModuleKind::Text,
        ModuleType::Data => ModuleKind::Data,
        ModuleType::CompiledWasm => ModuleKind::Wasm,
        ModuleType::PythonModule | ModuleType::PythonRequirement => return None,
    })
}

/// What wrangler replaces in every Worker.
pub(super) const NODE_ENV: &str = "process.env.NODE_ENV";

/// The expressions that Vite replaces, or that Vitest makes global variables of.
pub(super) fn vite_defines(vitest: &VitestConfig) -> impl Iterator<Item = &str> {
    let globals = vitest.test.serialized_config["defines"].as_object();
    let globals = globals.into_iter().flat_map(|defines| defines.keys());
    vitest.test.define.keys().chain(globals).map(String::as_str)
}

/// The expressions that are replaced before the tests run.
pub(super) fn defined(vitest: &VitestConfig, wrangler: Option<&Wrangler>) -> Vec<String> {
    let own = wrangler.into_iter().flat_map(|wrangler| &wrangler.define);
    let keys = own.map(|define| define.from.value.as_str()).chain(vite_defines(vitest));
    keys.chain([NODE_ENV]).map(str::to_owned).collect()
}

/// How sources are compiled, save for what their tsconfig.json says.
pub(super) fn options(
    vitest: &VitestConfig,
    wrangler: Option<&Wrangler>,
    node: Node,
    diagnostics: &mut Diagnostics,
) -> TransformOptions {
    let mut table: BTreeMap<String, String> = wrangler
        .into_iter()
        .flat_map(|wrangler| &wrangler.define)
        .map(|define| (define.from.value.clone(), define.to.value.clone()))
        .collect();
    for (name, value) in &vitest.test.define {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        table.insert(name.clone(), text);
    }
    // Where there is no `process`, it is as in production: replaced.
    if node != Node::V2 {
        table.entry(NODE_ENV.to_owned()).or_insert_with(|| "\"test\"".to_owned());
    }
    // Vite puts a new object into each place.
    let is_shared = |key: &str| !vitest.test.define.contains_key(key);
    let entries = table.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let defines = match Defines::sharing(entries, is_shared) {
        Ok(defines) => (!table.is_empty()).then_some(defines),
        Err(error) => {
            diagnostics.push(Diagnostic::error("define", error));
            None
        }
    };
    let hoist = if vitest.package.major_minor().0 >= 5 { HoistRules::Vitest5 } else { HoistRules::Vitest4 };
    let root = |key: &str| key.split('.').next().unwrap_or(key).to_owned();
    let noted = vite_defines(vitest).map(root).collect();
    TransformOptions { hoist, defines, noted, jsx: jsx(wrangler), ..TransformOptions::default() }
}

/// What the wrangler file says about JSX; a tsconfig.json goes before it, as with esbuild.
fn jsx(wrangler: Option<&Wrangler>) -> Jsx {
    let name = |name: Option<&Spanned<String>>| name.map(|name| name.value.clone());
    Jsx {
        factory: name(wrangler.and_then(|wrangler| wrangler.jsx_factory.as_ref())),
        fragment_factory: name(wrangler.and_then(|wrangler| wrangler.jsx_fragment.as_ref())),
        ..Jsx::default()
    }
}

/// Stands for what compiles every source in its way.
pub(super) fn cache_key(vitest: &VitestConfig, wrangler: Option<&Wrangler>, node: Node) -> Key {
    let own = wrangler.into_iter().flat_map(|wrangler| &wrangler.define);
    let key = KeyBuilder::new().text(&vitest.package.version);
    let key = key.text(&format!("{node:?} {:?} {:?}", vitest.test.define, jsx(wrangler)));
    let key = vite_defines(vitest).fold(key, KeyBuilder::text);
    own.fold(key, |key, define| key.text(&define.from.value).text(&define.to.value)).finish()
}

/// What the config files say about where imports lead.
pub(super) fn resolution(vitest: &VitestConfig, wrangler: Option<&Wrangler>, node: Node) -> String {
    let own = wrangler.map(|wrangler| (wrangler.directory(), &wrangler.alias, &wrangler.rules));
    let rules = &vitest.pool.miniflare.worker.modules_rules;
    format!("{node:?} {:?} {rules:?} {own:?}", vitest.test.alias)
}
