//! The project's own modules: everything that test files, setup files and the main module reach, compiled.

mod aliases;
mod broken;
mod data;
mod dynamic;
mod globs;
mod made;
mod names;
mod reuse;
mod uses;

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    fs,
    ops::Range,
    sync::Arc,
};

use camino::{Utf8Path, Utf8PathBuf};

use crate::{
    analyze::exports::KnownModules,
    bundle::{
        resolve::{DataKind, Resolved, Resolver, ResolverOptions},
        store::Modules,
        transform::{Import, ImportKind, TransformOptions},
    },
    cache::{Content, hash},
    compat::{Node, NodeNeed},
    config::{vitest::VitestConfig, wrangler::Wrangler},
    diagnostic::{Diagnostic, Diagnostics, SourceFile, nearest},
    plan::{Module, ModuleKind, ModuleSource, SOURCE_PREFIX},
    plugins::{Made, Plugins},
    project::{Project, relative_path},
};

pub(super) use aliases::{AliasUse, deploys_with_vite};
use broken::Broken;
use data::{default_export, of_bytes};
use made::Importer;
use names::{below, url};
use uses::{BuiltinUse, Callers};
pub(super) use uses::{ModuleUses, TestCalls};

use super::{
    module_cache::{Found, ModuleCache},
    reach::Reach,
    settings,
    tree::Tree,
};

/// The module that holds all npm packages.
pub(super) const DEPENDENCIES_MODULE: &str = "wpt:dependencies";

/// All compiled modules of a project.
#[derive(Debug, Default)]
pub(super) struct Sources {
    /// Test files, relative to the root.
    pub(super) test_files: Vec<Utf8PathBuf>,
    /// Compiled modules.
    pub(super) modules: Vec<CompiledSource>,
    /// Modules whose default export is a value that only workerd can make.
    pub(super) values: Vec<Value>,
    /// npm packages, by URL; absolute paths.
    pub(super) dependencies: BTreeMap<String, Utf8PathBuf>,
    /// Those that only tests use, each with a file that does.
    pub(super) test_dependencies: BTreeMap<String, String>,
    /// What specifiers mean that are resolved while tests run, by the importing module's URL.
    pub(super) imports: BTreeMap<String, BTreeMap<String, String>>,
    /// Files in `__mocks__` folders.
    pub(super) mocks: Vec<Utf8PathBuf>,
    /// What each module declares, exports and imports.
    pub(super) known: KnownModules,
    /// Specifiers that Vite's aliases give another meaning, and the files they mean: absolute paths.
    pub(super) aliased: BTreeMap<String, Utf8PathBuf>,
    /// Source maps (JSON) by path relative to the root.
    pub(super) maps: BTreeMap<Utf8PathBuf, String>,
    /// Which files each test file is made of.
    pub(super) reach: Reach,
    /// What modules use that not every Worker has, by path: those that the main module reaches.
    pub(super) production_uses: Vec<ModuleUses>,
    /// What only tests use of Node's.
    pub(super) node_in_tests: Vec<NodeNeed>,
    /// What only tests do with the Worker.
    pub(super) calls_in_tests: TestCalls,
    /// What plugins do to modules, by their path: each a plugin's name and its hook.
    touched: BTreeMap<String, Vec<(String, String)>>,
    /// Whether something is wrong with modules of tests, which say so when they are imported.
    pub(super) is_partial: bool,
}

/// A compiled module.
#[derive(Debug)]
pub(super) struct CompiledSource {
    /// Its URL: its path relative to the root with a leading slash, and its query.
    pub(super) url: String,
    /// Its name in workerd.
    pub(super) module: String,
    /// Whether it is one of the Worker's own modules, which workerd compiles with each isolate. An extension's are
    /// compiled where they are imported, but are read as Latin-1; and what names a file in stacks, `sourceURL`, must not
    /// have spaces in it, where a module's own name may.
    pub(super) in_worker: bool,
    /// Whether it names `fetchMock` of `cloudflare:test`.
    pub(super) fetch_mock: bool,
    /// Its compiled text.
    pub(super) source: ModuleSource,
}

/// A module that is a WebAssembly module or bytes.
#[derive(Debug)]
pub(super) struct Value {
    pub(super) url: String,
    pub(super) module: Module,
}

/// How a file's content becomes a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Form {
    Code,
    Data(DataKind),
    Empty,
    /// What the user's Vite plugins make of it, or of nothing.
    Made,
}

impl Sources {
    /// Compiles everything that the test files reach; `node` tells how far the Worker has Node's modules. `None` if
    /// something is wrong.
    pub(super) fn compile(
        project: &Project,
        vitest: &VitestConfig,
        wrangler: Option<&Wrangler>,
        main: Option<&Utf8Path>,
        node: Node,
        modules: &mut Modules,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let tree = Tree::read(&project.root);
        let test_files = match settings::test_files(project, vitest, &tree) {
            Ok(files) => files,
            Err(error) => {
                diagnostics.push(Diagnostic::error("glob", error.to_string()));
                return None;
            }
        };
        let tree_key = tree.key(&project.root, &settings::resolution(vitest, wrangler, node));
        let plugins = Plugins::read(project, vitest, &tree_key);
        let cache_key = settings::cache_key(vitest, wrangler, node);
        let mut compiler = Compiler {
            root: &project.root,
            cache: ModuleCache::read(&project.cache, &cache_key, format!("{tree_key}{}", plugins.epoch())),
            cache_folder: project.cache.folder().ok(),
            plugins,
            importer: Importer::default(),
            tree: &tree,
            resolver: Resolver::new(ResolverOptions {
                aliases: settings::aliases(&project.root, vitest, wrangler, diagnostics),
                rules: settings::rules(vitest, wrangler, diagnostics),
                node_compat: matches!(node, Node::V1 | Node::V2),
                ..ResolverOptions::new(&project.root)
            }),
            options: settings::options(vitest, wrangler, node, diagnostics),
            modules,
            diagnostics,
            found: Sources { test_files: test_files.clone(), ..Sources::default() },
            waiting: VecDeque::new(),
            known: BTreeSet::new(),
            edges: BTreeMap::new(),
            builtins: vec![],
            aliases: vec![],
            dependency_users: vec![],
            uses: BTreeMap::new(),
            callers: Callers::default(),
            broken: vec![],
            unknown_imports: vec![],
            is_guessing: false,
        };
        let setup = vitest.test.setup_files.iter().cloned().chain(vitest.test.evaluated_files());
        let setup = setup.map(|file| file.strip_prefix(&project.root).unwrap_or(&file).to_owned());
        let setup: Vec<Utf8PathBuf> = setup.collect();
        compiler.found.reach = Reach::new(main, setup.iter().cloned());
        for file in test_files.into_iter().chain(setup).chain(main.map(Utf8Path::to_owned)) {
            compiler.want(file, Form::Code);
        }
        compiler.want_root_mocks();
        compiler.add_wanted();
        compiler.guess(main);
        std::mem::take(&mut compiler.cache).write(&project.cache, &cache_key);
        compiler.add_files_of_virtual();
        compiler.plugins.write(compiler.diagnostics);
        let reached = compiler.reached_from(main);
        compiler.report_broken(|broken| project.runs_tests && !reached.contains(&broken.file));
        let errors = compiler.diagnostics.has_errors();
        let defined = settings::defined(vitest, wrangler);
        let uses = std::mem::take(&mut compiler.uses);
        let (mut production, tests): (Vec<_>, Vec<_>) =
            uses.into_values().partition(|uses| reached.contains(&uses.file.path));
        let mut found = compiler.found;
        aliases::resolve(project, settings::own_aliases(&project.root, wrangler), &tree_key, &mut production);
        found.test_dependencies = uses::of_tests(&compiler.dependency_users, &reached);
        found.node_in_tests = uses::node_needs(&tests, &defined);
        (found.production_uses, found.calls_in_tests) = (production, compiler.callers.outside(&reached));
        found.modules.sort_by(|a, b| a.url.cmp(&b.url));
        found.values.sort_by(|a, b| a.url.cmp(&b.url));
        found.mocks.sort();
        (!errors).then_some(found)
    }
}

/// The file beside `path` (relative to `root`) whose name is nearest to it.
pub(super) fn similar_file(root: &Utf8Path, path: &Utf8Path) -> Option<Utf8PathBuf> {
    let folder = path.parent()?;
    let names: Vec<String> = root
        .join(folder)
        .read_dir_utf8()
        .ok()?
        .flatten()
        .filter(|entry| entry.path().is_file())
        .map(|entry| entry.file_name().to_owned())
        .collect();
    nearest(path.file_name()?, names.iter().map(String::as_str)).map(|name| folder.join(name))
}

struct Compiler<'a> {
    root: &'a Utf8Path,
    resolver: Resolver,
    cache: ModuleCache,
    plugins: Plugins<'a>,
    /// The present module.
    importer: Importer,
    cache_folder: Option<&'a Utf8Path>,
    tree: &'a Tree,
    options: TransformOptions,
    modules: &'a mut Modules,
    diagnostics: &'a mut Diagnostics,
    found: Sources,
    waiting: VecDeque<(Utf8PathBuf, Form)>,
    known: BTreeSet<(String, Form)>,
    /// What each file imports, for telling what only tests reach.
    edges: BTreeMap<String, Vec<String>>,
    /// Node's modules that the present file imports.
    builtins: Vec<BuiltinUse>,
    /// Imports of the present file that aliases and plugins give a meaning.
    aliases: Vec<AliasUse>,
    /// Which file imports which package.
    dependency_users: Vec<(Utf8PathBuf, String)>,
    /// What files use that not every Worker has.
    uses: BTreeMap<Utf8PathBuf, ModuleUses>,
    callers: Callers,
    broken: Vec<Broken>,
    /// Each `import(…)` of what only run time knows.
    unknown_imports: Vec<(Arc<SourceFile>, Range<usize>)>,
    /// Whether files are compiled that nothing is known to import.
    is_guessing: bool,
}

impl Compiler<'_> {
    fn want(&mut self, file: Utf8PathBuf, form: Form) {
        if self.known.insert((file.to_string(), form)) {
            self.waiting.push_back((file, form));
        }
    }

    /// Adds all that is wanted, and what that wants.
    fn add_wanted(&mut self) {
        while let Some((file, form)) = self.waiting.pop_front() {
            self.add(&file, form);
        }
    }

    /// Mocks of packages are in `__mocks__` at the root.
    fn want_root_mocks(&mut self) {
        let folder = self.root.join("__mocks__");
        for entry in walkdir::WalkDir::new(&folder).sort_by_file_name().into_iter().flatten() {
            if entry.file_type().is_file()
                && let Some(path) =
                    Utf8Path::from_path(entry.path()).and_then(|path| path.strip_prefix(self.root).ok())
            {
                self.found.mocks.push(path.to_owned());
                self.found.reach.share(path);
                self.want(path.to_owned(), Form::Code);
            }
        }
    }

    /// The mock of a file is in `__mocks__` beside it.
    fn want_mock_of(&mut self, file: &Utf8Path) {
        let (Some(folder), Some(name)) = (file.parent(), file.file_name()) else { return };
        let mock = folder.join("__mocks__").join(name);
        if folder.file_name() != Some("__mocks__")
            && self.tree.has(&mock)
            && !self.found.mocks.contains(&mock)
        {
            self.found.mocks.push(mock.clone());
            self.found.reach.import(file, &mock);
            self.want(mock, Form::Code);
        }
    }

    fn add(&mut self, file: &Utf8Path, form: Form) {
        let url = url(file, form);
        let known = self.diagnostics.len();
        let is_compiled =
            if form == Form::Made { self.add_made(file, &url) } else { self.add_file(file, &url, form) };
        self.set_aside(file, &url, known, is_compiled);
    }

    /// Whether the file could be compiled.
    fn add_file(&mut self, file: &Utf8Path, url: &str, form: Form) -> bool {
        let path = self.root.join(file);
        let content = match fs::read(&path) {
            Ok(content) => content,
            Err(error) => {
                self.diagnostics
                    .push(Diagnostic::error("missing-file", format!("cannot read {file}: {error}")));
                return false;
            }
        };
        let kind = match form {
            Form::Data(DataKind::Wasm) => Some(ModuleKind::Wasm),
            Form::Data(DataKind::Bytes) => Some(ModuleKind::Data),
            _ => None,
        };
        if let Some(kind) = kind {
            let content = Content::from(content);
            self.found.reach.add(file, content.hash());
            let source = self.modules.file(&format!("project{}", below(url)), content);
            let module = Module { name: format!(".{url}"), kind, source };
            self.found.values.push(Value { url: url.to_owned(), module });
            return true;
        }
        if let Form::Data(kind) = form
            && let Some(value) = of_bytes(kind, file, &content)
        {
            self.add_module(file, url.to_owned(), (default_export(&value), None), false);
            return true;
        }
        let Ok(text) = String::from_utf8(content) else {
            self.diagnostics.push(Diagnostic::error("not-text", format!("{file} is not UTF-8 text")));
            return false;
        };
        let code = match form {
            Form::Code => {
                let made = match self.plugins.module(path.as_str(), &hash(text.as_bytes())) {
                    Ok(made) => made,
                    Err(problem) => {
                        self.diagnostics.push(*problem);
                        return false;
                    }
                };
                self.importer = Importer::file(self.root, file, made.is_some());
                let text = made.as_ref().map_or(text, |made| made.code.clone());
                return self.add_code(file, url, text, made.as_ref());
            }
            Form::Data(DataKind::Json) => self.json(file, text),
            Form::Data(_) => Some(default_export(&data::text(text))),
            Form::Empty | Form::Made => Some(default_export("{}")),
        };
        let Some(code) = code else { return false };
        self.add_module(file, url.to_owned(), (code, None), false);
        true
    }

    /// Whether code could be compiled, which is the file's own if plugins have not made it.
    fn add_code(&mut self, file: &Utf8Path, url: &str, text: String, made: Option<&Made>) -> bool {
        if let Some(made) = made {
            self.note_made(file, made);
        }
        let fetch_mock = uses::names_fetch_mock(&text);
        let Some(code) = self.compile(file, url, text, made) else { return false };
        self.add_module(file, url.to_owned(), code, fetch_mock);
        true
    }

    /// Adds a compiled module: its text, and the hash of that if it is known.
    fn add_module(
        &mut self,
        file: &Utf8Path,
        url: String,
        (code, hash): (String, Option<String>),
        fetch_mock: bool,
    ) {
        let path = format!("project{}.js", below(&url));
        let in_worker = !code.is_ascii() || url.contains(char::is_whitespace);
        let module =
            if in_worker { format!(".{}", below(&url)) } else { format!("{SOURCE_PREFIX}{}", &url[1..]) };
        let code = code.into_bytes();
        let code = match hash {
            Some(hash) => Content::hashed(code, hash),
            None => code.into(),
        };
        self.found.reach.add(file, code.hash());
        let source = self.modules.file(&path, code);
        self.found.modules.push(CompiledSource { url, module, in_worker, fetch_mock, source });
    }

    /// The compiled text, and its hash if that is known.
    fn compile(
        &mut self,
        file: &Utf8Path,
        url: &str,
        text: String,
        made: Option<&Made>,
    ) -> Option<(String, Option<String>)> {
        self.want_mock_of(file);
        let source = Arc::new(SourceFile::new(file, text));
        (self.builtins, self.aliases) = (vec![], vec![]);
        let (compiled, mut hash) = self.module(file, url, &source, made)?;
        if !self.is_guessing {
            self.note_uses(&source, compiled.globals);
        }
        for warning in compiled.warnings {
            self.diagnostics.push(warning);
        }
        self.want_possible(file, url, &source, &compiled.dynamic_patterns);
        let unknown = compiled.dynamic_unresolvable.into_iter().map(|span| (Arc::clone(&source), span));
        self.unknown_imports.extend(unknown);
        self.callers.note(&source);
        self.found.known.entry(file.to_string()).or_default().facts = compiled.facts;
        let mut code = compiled.code;
        if source.text.contains("InlineSnapshot") {
            // Vitest writes inline snapshots at the position in the source, which it asks the runner for.
            let map = serde_json::Value::from(compiled.map.as_str());
            let name = code.rfind("//# sourceURL=").unwrap_or(code.len());
            code.insert_str(name, &format!("export const map = {map};\n"));
            hash = None;
        }
        self.found.maps.insert(file.to_owned(), compiled.map);
        Some((code, hash))
    }

    /// What takes a specifier's place.
    fn target(&mut self, file: &Utf8Path, url: &str, import: &Import, found: Found) -> String {
        let specifier = import.specifier.as_str();
        let Found { resolved, plugin } = found;
        if self.resolver.is_aliased(specifier) || plugin.is_some() {
            self.note_alias(import, &resolved, plugin.as_deref());
        }
        if let Some(plugin) = plugin {
            self.note_resolved(&resolved, plugin);
        }
        let mut local = |found: &Utf8Path, form: Form| {
            let relative = relative_path(self.root, found);
            self.edges.entry(file.to_string()).or_default().push(relative.to_string());
            self.found.reach.import(file, &relative);
            let url = self::url(&relative, form);
            self.want(relative, form);
            url
        };
        let target = match resolved {
            Resolved::Source(found) => local(&found, Form::Code),
            Resolved::Data { path, kind } => local(&path, Form::Data(kind)),
            Resolved::Empty(path) => local(&path, Form::Empty),
            Resolved::Made(id) => {
                let name = made::name(self.root, &id);
                self.edges.entry(file.to_string()).or_default().push(name.to_string());
                self.found.reach.import(file, &name);
                if let Some((plain, _)) = name.as_str().split_once('?') {
                    self.found.reach.import(&name, Utf8Path::new(plain));
                }
                let url = self::url(&name, Form::Made);
                self.want(name, Form::Made);
                url
            }
            Resolved::Builtin(name) => {
                if name.starts_with("cloudflare:") {
                    self.found.reach.uses_worker(file);
                }
                if name.starts_with("node:") {
                    self.builtins.push(BuiltinUse { import: import.clone(), module: name.clone() });
                }
                name
            }
            Resolved::Dependency { path, .. } => {
                let url = self.dependency(specifier, path);
                self.dependency_users.push((file.to_owned(), url.clone()));
                url
            }
        };
        let known = self.found.known.entry(file.to_string()).or_default();
        known.imports.extend([import.specifier.as_str(), " ", &target]);
        if target.starts_with("/node_modules/") {
            // They decide what of the package is deployed.
            known.imports.extend(import.names.iter().flat_map(|name| [" ", name]));
        }
        known.imports.push('\n');
        if matches!(import.kind, ImportKind::Mock | ImportKind::Dynamic | ImportKind::Require) {
            let known = self.found.imports.entry(url.to_owned()).or_default();
            known.insert(import.specifier.clone(), target.clone());
        }
        target
    }

    /// The URL of a package's module; one specifier may mean different files in different places.
    fn dependency(&mut self, specifier: &str, file: Utf8PathBuf) -> String {
        let plain = specifier.split('?').next().unwrap_or(specifier);
        let base = format!("/node_modules/{}", plain.trim_start_matches(['.', '/']));
        let mut url = base.clone();
        let mut number = 2;
        while self.found.dependencies.get(&url).is_some_and(|other| *other != file) {
            url = format!("{base}@{number}");
            number += 1;
        }
        self.found.dependencies.insert(url.clone(), file);
        url
    }

    /// The files that the main module reaches.
    fn reached_from(&self, main: Option<&Utf8Path>) -> BTreeSet<Utf8PathBuf> {
        let mut reached = BTreeSet::new();
        let mut waiting: Vec<&str> = main.into_iter().map(Utf8Path::as_str).collect();
        while let Some(file) = waiting.pop() {
            if reached.insert(file) {
                waiting.extend(self.edges.get(file).into_iter().flatten().map(String::as_str));
            }
        }
        reached.into_iter().map(Utf8PathBuf::from).collect()
    }
}
