//! The compiler: from a project's files to a plan and the contents of its modules.

mod bindings;
mod dates;
mod exports;
mod sources;
mod test_workers;

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};
use serde_json::json;

use crate::{
    analyze::exports::{MainExports, analyze},
    bundle::{
        dependencies, runner,
        simulators::{self, OBJECTS},
        store::Modules,
    },
    compat::{self, Needs},
    config::{
        dev_vars::{self, Secret},
        vitest::{self, TestOptions, VitestConfig},
        wrangler::{self, Wrangler},
    },
    diagnostic::{Diagnostic, Diagnostics},
    plan::{
        Export, Extension, ExtensionModule, Flag, Module, ModuleKind, PLAN_VERSION, Plan, Provenance,
        Service, ServiceKind, Vitest, WorkerUnderTest,
    },
    project::Project,
};

use sources::Sources;

/// What compiling a project gives.
#[derive(Debug)]
pub struct Compilation {
    /// The plan.
    pub plan: Plan,
    /// The contents of the plan's modules.
    pub modules: Modules,
    /// Source maps (JSON) of first-party modules, by path relative to the root.
    pub source_maps: BTreeMap<Utf8PathBuf, String>,
    /// Environment variables that carry secrets to workerd.
    pub secrets: Vec<(String, Secret)>,
    /// What the Vitest config says.
    pub test: TestOptions,
    /// The Vitest config file, relative to the root.
    pub vitest_file: Option<Utf8PathBuf>,
    /// Problems that do not stop the run.
    pub warnings: Diagnostics,
}

/// Compiles a project.
///
/// # Errors
/// Everything that is wrong with the project's files, as far as one pass can tell.
pub fn compile(project: &Project) -> Result<Compilation, Diagnostics> {
    let mut diagnostics = Diagnostics::new();
    match compile_into(project, &mut diagnostics) {
        Some(mut compilation) if !diagnostics.has_errors() => {
            compilation.warnings = diagnostics;
            Ok(compilation)
        }
        _ => Err(diagnostics),
    }
}

fn compile_into(project: &Project, diagnostics: &mut Diagnostics) -> Option<Compilation> {
    let Project { root, home, cache, .. } = project;
    let vitest = vitest::load(root, project.config.as_deref(), &project.mode, home, cache, diagnostics)?;
    check_supported(&vitest, diagnostics);
    let wrangler = load_wrangler(project, &vitest, diagnostics)?;
    let main = main_module(root, wrangler.as_ref(), &vitest, diagnostics);

    let process: BTreeMap<String, String> = std::env::vars().collect();
    let dev_vars = wrangler.as_ref().map(|wrangler| dev_vars::load(root, wrangler, &process, diagnostics));
    let bindings = bindings::collect(wrangler.as_ref(), dev_vars.as_ref(), &vitest, diagnostics);

    let date = dates::resolve(wrangler.as_ref(), &vitest, home, diagnostics);
    let own_flags = own_flags(wrangler.as_ref(), &vitest);
    let mut modules = Modules::default();
    let node = date.as_ref().is_some_and(|(_, date)| compat::has_node(&own_flags, *date));
    let sources = Sources::compile(
        project,
        &vitest,
        wrangler.as_ref(),
        main.as_deref(),
        node,
        &mut modules,
        diagnostics,
    );
    let (date, parsed_date) = date?;
    let sources = sources?;

    let analysis =
        main.as_deref().and_then(|main| analyze_exports(project, main, wrangler.as_ref(), diagnostics));
    let main_name = main.as_deref().map_or("the main module", Utf8Path::as_str);
    let exports = exports::kinds(analysis.as_ref(), main_name, &bindings.durable_objects, &vitest.pool);
    if let Some(analysis) = &analysis {
        let mut names: Vec<String> = analysis.exports.iter().map(|export| export.name.clone()).collect();
        names.extend(vitest.pool.additional_exports.keys().cloned());
        bindings.check_classes(&names, main_name, diagnostics);
    }
    if diagnostics.has_errors() {
        return None;
    }

    let needs = Needs {
        node: sources.node_in_tests.clone(),
        durable_objects: !bindings.durable_objects.is_empty(),
        events: sources.events_in_tests.clone(),
    };
    let flags = compat::flags(own_flags, parsed_date, &needs);

    let fail = |diagnostics: &mut Diagnostics, error: &dyn std::fmt::Display| {
        diagnostics.push(Diagnostic::error("bundle", error.to_string()));
    };
    let runner =
        runner::build(home, &vitest.package, cache).map_err(|error| fail(diagnostics, &error)).ok()?;
    let node = compat::has_node(&flags, parsed_date);
    let dependencies = dependencies::build(root, &sources.dependencies, node, home, cache)
        .map_err(|error| fail(diagnostics, &error))
        .ok()?;
    let (mut services, mut extensions) =
        simulators::plan(bindings.products, &runner.control, home, &mut modules)
            .map_err(|error| fail(diagnostics, &error))
            .ok()?;
    services.push(Service {
        name: "internet".to_owned(),
        kind: ServiceKind::Network {
            allow: vec!["public".to_owned(), "private".to_owned()],
            deny: vec![],
            trust_browser_cas: true,
        },
        provenance: Provenance::rule("network", "tests may reach servers on this machine too"),
    });

    extensions.push(runner_extension(&runner, &mut modules));
    extensions.push(project_extension(&sources, &dependencies, main.as_deref(), &exports, &mut modules));

    let main_text = exports::main_module(main.as_deref().map(Utf8Path::as_str), &exports)
        .map_err(|error| fail(diagnostics, &error))
        .ok()?;
    let mut worker_modules = vec![Module {
        name: "test-worker.js".to_owned(),
        kind: ModuleKind::EsModule,
        source: modules.file("test-worker.js", main_text.into_bytes()),
    }];
    worker_modules.extend(sources.values.iter().map(|value| value.module.clone()));

    let mut all_bindings = bindings.bindings;
    if bindings.products != simulators::Products::default() {
        all_bindings.push(test_workers::control_binding());
    }
    let durable_object_storage = (!bindings.durable_objects.is_empty()).then(|| OBJECTS.to_owned());
    let (test_workers, sockets) = test_workers::per_file(&sources.test_files);
    let name = wrangler
        .as_ref()
        .and_then(|wrangler| wrangler.name.as_ref())
        .map_or("worker", |name| name.value.as_str());
    let plan = Plan {
        version: PLAN_VERSION,
        vitest: Vitest {
            version: vitest.package.version.clone(),
            projects: vec![vitest.test.serialized_config["name"].as_str().unwrap_or_default().to_owned()],
        },
        worker: WorkerUnderTest {
            name: name.to_owned(),
            modules: worker_modules,
            compatibility_date: date,
            compatibility_flags: flags,
            bindings: all_bindings,
            durable_objects: bindings.durable_objects,
            exports,
            durable_object_storage,
            global_outbound: None,
            cache_api_outbound: None,
        },
        test_workers,
        services,
        sockets,
        extensions,
        v8_flags: vec![],
        autogates: vec![],
        structured_logging: true,
    };
    Some(Compilation {
        plan,
        modules,
        source_maps: sources.maps,
        secrets: bindings.secrets,
        vitest_file: vitest.file,
        test: vitest.test,
        warnings: Diagnostics::new(),
    })
}

/// Parts of a Vitest config that this version cannot honour are errors: a test must not pass for lack of them.
fn check_supported(vitest: &VitestConfig, diagnostics: &mut Diagnostics) {
    let mut refuse = |key: &str, what: &str| {
        let diagnostic = Diagnostic::error("unsupported-option", format!("{what} not supported yet"));
        diagnostics.push(match vitest.pool.origin(key) {
            Some(origin) => origin.label(diagnostic, ""),
            None => diagnostic,
        });
    };
    if vitest.test.projects > 0 {
        refuse("projects", "Vitest projects in one config (`test.projects`) are");
    }
    if !vitest.test.global_setup.is_empty() {
        refuse("globalSetup", "`test.globalSetup` is");
    }
}

/// The wrangler file; the outer `None` is an error.
#[expect(clippy::option_option, reason = "no file and an unreadable file are different things")]
fn load_wrangler(
    project: &Project,
    vitest: &VitestConfig,
    diagnostics: &mut Diagnostics,
) -> Option<Option<Wrangler>> {
    let root = &project.root;
    let environment = vitest.pool.environment.clone().or_else(|| std::env::var("CLOUDFLARE_ENV").ok());
    let path = match &vitest.pool.wrangler_config_path {
        Some(path) => relative(root, Utf8Path::new(path)),
        None => match wrangler::discover(root, Utf8Path::new(""), &mut Diagnostics::new()) {
            Some(path) => path,
            None => return Some(None),
        },
    };
    wrangler::load(root, &path, environment.as_deref(), diagnostics).map(Some)
}

/// `path` relative to `root`, if it is below it.
fn relative(root: &Utf8Path, path: &Utf8Path) -> Utf8PathBuf {
    let absolute = dependencies::normalize(&root.join(path));
    absolute.strip_prefix(root).map_or(absolute.clone(), Utf8Path::to_owned)
}

/// The Worker's main module, relative to the root.
fn main_module(
    root: &Utf8Path,
    wrangler: Option<&Wrangler>,
    vitest: &VitestConfig,
    diagnostics: &mut Diagnostics,
) -> Option<Utf8PathBuf> {
    let (path, origin) = match (
        &vitest.pool.main,
        wrangler.and_then(|wrangler| wrangler.main.as_ref().map(|main| (wrangler, main))),
    ) {
        (Some(main), _) => (relative(root, Utf8Path::new(main)), vitest.pool.origin("main")),
        (None, Some((wrangler, main))) => {
            (relative(root, &wrangler.directory().join(&main.value)), Some(main.origin.clone()))
        }
        (None, None) => return None,
    };
    if root.join(&path).is_file() {
        return Some(path);
    }
    let diagnostic = Diagnostic::error("missing-main", format!("the main module {path} does not exist"));
    let diagnostic = match origin {
        Some(origin) => origin.label(diagnostic, ""),
        None => diagnostic,
    };
    diagnostics.push(match sources::similar_file(root, &path) {
        Some(name) => diagnostic.help(format!("Did you mean `{name}`?")),
        None => diagnostic.help("Set `main` to the module that exports the Worker's handlers."),
    });
    None
}

fn own_flags(wrangler: Option<&Wrangler>, vitest: &VitestConfig) -> Vec<Flag> {
    let mut flags: Vec<Flag> = wrangler
        .into_iter()
        .flat_map(|wrangler| &wrangler.compatibility_flags)
        .map(|flag| Flag { name: flag.value.clone(), provenance: bindings::of(&flag.origin) })
        .collect();
    for name in &vitest.pool.miniflare.compatibility_flags {
        if !flags.iter().any(|flag| flag.name == *name) {
            let provenance = match vitest.pool.origin("compatibilityFlags") {
                Some(origin) => bindings::of(&origin),
                None => {
                    Provenance::rule("pool-options", "`miniflare.compatibilityFlags` of the Vitest config")
                }
            };
            flags.push(Flag { name: name.clone(), provenance });
        }
    }
    flags
}

/// A main module that esbuild cannot bundle may still be testable; what it exports is then only what is declared.
fn analyze_exports(
    project: &Project,
    main: &Utf8Path,
    wrangler: Option<&Wrangler>,
    diagnostics: &mut Diagnostics,
) -> Option<MainExports> {
    let mut arguments = vec![];
    if let Some(wrangler) = wrangler {
        arguments.extend(
            wrangler.alias.iter().map(|alias| format!("--alias:{}={}", alias.from.value, alias.to.value)),
        );
        if let Some(tsconfig) = &wrangler.tsconfig {
            arguments.push(format!("--tsconfig={}", wrangler.directory().join(&tsconfig.value)));
        }
    }
    match analyze(&project.root, main, &arguments, &project.home, &project.cache) {
        Ok(analysis) => Some(analysis),
        Err(error) => {
            let title = format!("the exports of {main} are not known, because it cannot be bundled\n{error}");
            diagnostics.push(
                Diagnostic::warning("unknown-exports", title)
                    .help("Name the classes it exports in `additionalExports` of the Vitest config."),
            );
            None
        }
    }
}

fn runner_extension(runner: &runner::Runner, modules: &mut Modules) -> Extension {
    let mut module = |name: &str, internal: bool, path: &str, content: &[u8]| ExtensionModule {
        name: name.to_owned(),
        internal,
        source: modules.file(path, content.to_vec()),
    };
    Extension {
        name: "runner".to_owned(),
        modules: vec![
            module("wpt:worker", false, "runner/worker.js", &runner.worker),
            module("wpt:runner", true, "runner/runner.js", &runner.runner),
        ],
        provenance: Provenance::rule("runner", "the project's Vitest and the glue that runs it in workerd"),
    }
}

fn project_extension(
    sources: &Sources,
    dependencies: &dependencies::Dependencies,
    main: Option<&Utf8Path>,
    exports: &[Export],
    modules: &mut Modules,
) -> Extension {
    let mut manifest_modules = serde_json::Map::new();
    for source in &sources.modules {
        manifest_modules.insert(source.url.clone(), json!({ "kind": "source", "module": source.module }));
    }
    for value in &sources.values {
        manifest_modules.insert(value.url.clone(), json!({ "kind": "value", "module": value.module.name }));
    }
    for (url, builtins) in &dependencies.builtins {
        let entry =
            json!({ "kind": "dependency", "module": sources::DEPENDENCIES_MODULE, "builtins": builtins });
        manifest_modules.insert(url.clone(), entry);
    }
    let classes: serde_json::Map<_, _> = exports
        .iter()
        .filter_map(|export| Some((export.name.clone(), exports::runner_kind(export.kind)?.into())))
        .collect();
    let manifest = json!({
        "main": main,
        "classes": classes,
        "modules": manifest_modules,
        "imports": sources.imports,
        "mocks": sources.mocks,
    });
    let text = format!("export default {};\n", serde_json::to_string_pretty(&manifest).unwrap_or_default());
    let mut listed = vec![ExtensionModule {
        name: "wpt:manifest".to_owned(),
        internal: false,
        source: modules.file("manifest.js", text.into_bytes()),
    }];
    if !dependencies.code.is_empty() {
        listed.push(ExtensionModule {
            name: sources::DEPENDENCIES_MODULE.to_owned(),
            internal: false,
            source: modules.file("dependencies.js", dependencies.code.clone().into_bytes()),
        });
    }
    listed.extend(sources.modules.iter().map(|source| ExtensionModule {
        name: source.module.clone(),
        internal: false,
        source: source.source.clone(),
    }));
    Extension {
        name: "project".to_owned(),
        modules: listed,
        provenance: Provenance::rule(
            "sources",
            "the project's modules, compiled; each is loaded when it is imported",
        ),
    }
}
