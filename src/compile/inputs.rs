//! Everything that is read of a project, checked, before anything is built from it.

use std::{collections::BTreeSet, env};

use camino::{Utf8Path, Utf8PathBuf};

use crate::{
    analyze::{
        cache_api,
        exports::{MainExports, analyze},
    },
    bundle::{
        assets::Owner,
        dependencies::{Dependencies, normalize},
        store::Modules,
    },
    compat::{self, Flags, Needs, Node, Settings, Workerd},
    config::{
        dev_vars::{self, DevVars},
        vitest::VitestConfig,
        wrangler::{self, Location, Wrangler},
    },
    diagnostic::{Diagnostic, Diagnostics},
    plan::{CompatibilityDate, Difference, Export, UNDER_TEST},
    project::{Project, relative_path},
};

use super::{
    auxiliary::{self, Auxiliary, Others},
    bindings::{self, Bindings, Names, Written},
    build_command, dates, exports, flags, packages,
    parity::Compared,
    settings,
    sources::{Sources, similar_file},
    static_files::{self, StaticFiles, Wanted},
};

/// A project, read.
pub(super) struct Inputs {
    pub(super) vitest: VitestConfig,
    /// The Worker's name.
    pub(super) name: String,
    /// The main module, relative to the root.
    pub(super) main: Option<Utf8PathBuf>,
    pub(super) bindings: Bindings,
    /// Files that it serves.
    pub(super) files: StaticFiles,
    pub(super) date: CompatibilityDate,
    /// The flags to run with.
    pub(super) flags: Flags,
    pub(super) sources: Sources,
    pub(super) exports: Vec<Export>,
    /// The packages that they import.
    pub(super) dependencies: Dependencies,
    /// The other Workers that it leads to.
    pub(super) auxiliary: Vec<Auxiliary>,
    /// The wrangler file and its `.dev.vars`, wherever they are; absolute.
    pub(super) config_files: Vec<Utf8PathBuf>,
    /// The compiled sources.
    pub(super) modules: Modules,
    /// Whether one of them names the Cache API.
    pub(super) names_caches: bool,
    /// What production would do otherwise.
    pub(super) parity: Vec<Difference>,
}

impl Inputs {
    /// Reads everything, and reports every problem that one pass can find. `None` if there was an error.
    pub(super) fn read(
        project: &Project,
        mut vitest: VitestConfig,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let Project { root, home, .. } = project;
        let wrangler = load_wrangler(project, &vitest, diagnostics)?;
        let wrangler = wrangler.as_ref();
        if let Some(Err(problem)) = wrangler.map(|wrangler| build_command::run(project, wrangler)) {
            diagnostics.push(*problem);
            return None;
        }
        let main = main_module(root, wrangler, &vitest, diagnostics);

        let options = &vitest.pool.miniflare.worker;
        let name = options.name.as_ref().or(wrangler.and_then(|wrangler| wrangler.name.as_ref()));
        let dev_vars = wrangler.map(|file| dev_vars::load(root, file, &env::vars().collect(), diagnostics));
        let config_files = config_files(root, wrangler, dev_vars.as_ref());
        let written = Written {
            wrangler,
            dev_vars: dev_vars.as_ref(),
            options,
            names: Names {
                own: name.map(|name| name.value.as_str()),
                service: UNDER_TEST,
                under_test: None,
                is_auxiliary: false,
            },
        };
        let mut bindings = bindings::collect(written, diagnostics);

        let workerd = Workerd { home, cache: &project.cache };
        let date = dates::resolve(wrangler, written.options, workerd, diagnostics);
        let flags = flags::own(wrangler, written.options);
        compat::check(&flags, workerd, diagnostics);
        let names = || flags.iter().map(|own| own.flag.name.as_str());
        let node = date.as_ref().map_or(Node::Off, |(_, date)| Settings::new(*date, names()).node());
        let mut modules = Modules::new(&project.cache);
        let own_flags: Vec<String> = names().map(str::to_owned).collect();
        let wanted = Wanted {
            project,
            written,
            owner: Owner {
                compatibility_date: date.as_ref().map_or("", |(date, _)| &date.date),
                compatibility_flags: &own_flags,
                has_code: main.is_some(),
            },
        };
        let files = static_files::compile(wanted, &mut bindings, &mut modules, diagnostics);
        vitest.test.alias.extend(files.manifest_alias(project, diagnostics));
        let sources =
            Sources::compile(project, &vitest, wrangler, main.as_deref(), node, &mut modules, diagnostics);
        // Before the modules of other Workers are added, which have a Cache API of their own.
        let names_caches = modules.all().any(|text| cache_api::is_named(&text));
        let others = Others {
            under_test: written.names.own,
            file: wrangler.map(|wrangler| wrangler.file.path.as_path()),
            bindings: &mut bindings,
            options: &vitest.pool,
        };
        let auxiliary = auxiliary::collect(project, others, &mut modules, diagnostics);
        let ((date, parsed_date), sources) = (date?, sources?);
        let needs = Needs {
            node: sources.node_in_tests.clone(),
            durable_objects: !bindings.durable_objects.is_empty(),
            events: sources.calls_in_tests.events.clone(),
            eviction: sources.calls_in_tests.eviction.clone(),
        };
        let (used, dependencies) = packages::bundle(project, &sources, &flags, parsed_date, needs)
            .map_err(|error| diagnostics.push(Diagnostic::error("bundle", error.to_string())))
            .ok()?;
        let analysis = main
            .as_deref()
            .and_then(|main| analyze_exports(project, main, &vitest, wrangler, &sources, diagnostics));
        let compared = Compared {
            project,
            vitest: &vitest,
            wrangler,
            own: &flags,
            used: &used,
            date: (&date, parsed_date),
            sources: &sources.production_uses,
            packages: analysis.as_ref().map_or(&[], |analysis| &analysis.package_uses),
        };
        let parity = compared.differences(diagnostics);
        let main_name = main.as_deref().map_or("the main module", Utf8Path::as_str);
        let declared = exports::declared(wrangler, &bindings.class_origins, &bindings.workflow_origins);
        let mut exports =
            exports::kinds(root, main_name, analysis.as_ref(), &declared, &vitest.pool, diagnostics);
        exports::set_views(&mut exports, sources.calls_in_tests.rpc_errors.as_deref());
        let name = name.map_or_else(|| "worker".to_owned(), |name| name.value.clone());
        (!diagnostics.has_errors()).then_some(Self {
            vitest,
            name,
            main,
            bindings,
            files,
            date,
            flags: used,
            sources,
            dependencies,
            exports,
            auxiliary,
            config_files,
            modules,
            names_caches,
            parity,
        })
    }
}

/// The wrangler file and where its `.dev.vars` may be; absolute.
fn config_files(
    root: &Utf8Path,
    wrangler: Option<&Wrangler>,
    dev_vars: Option<&DevVars>,
) -> Vec<Utf8PathBuf> {
    let wrangler = wrangler.into_iter().map(|wrangler| &wrangler.file.path);
    let files = wrangler.chain(dev_vars.into_iter().flat_map(|dev_vars| &dev_vars.looked_for));
    files.map(|file| normalize(&root.join(file))).collect()
}

/// The wrangler file; the outer `None` is an error.
#[expect(clippy::option_option, reason = "no file and an unreadable file are different things")]
fn load_wrangler(
    project: &Project,
    vitest: &VitestConfig,
    diagnostics: &mut Diagnostics,
) -> Option<Option<Wrangler>> {
    if vitest.pool.cloudflare_config.is_some() {
        return vitest.cloudflare.clone().map(Some);
    }
    let root = &project.root;
    let environment = vitest.pool.environment.as_ref().map(|name| name.value.clone());
    let environment = environment.or_else(|| env::var("CLOUDFLARE_ENV").ok());
    let environment = environment.as_deref().filter(|name| !name.is_empty());
    let location = match &vitest.pool.wrangler_config_path {
        Some(path) => Location { path: relative_path(root, Utf8Path::new(&path.value)), redirect: None },
        None => match wrangler::find(root) {
            Ok(Some(location)) => location,
            Ok(None) => return Some(None),
            Err(diagnostic) => {
                diagnostics.push(*diagnostic);
                return None;
            }
        },
    };
    let mut found = Diagnostics::new();
    let wrangler = wrangler::load_from(root, &location, environment, &mut found);
    // What has no place in the file, because there is none, is shown where the file is named.
    let named = vitest.pool.wrangler_config_path.as_ref().map(|path| &path.origin);
    diagnostics.extend(found.into_iter().map(|diagnostic| match named {
        Some(origin) if diagnostic.labels.is_empty() => origin.label(diagnostic, ""),
        _ => diagnostic,
    }));
    wrangler.map(Some)
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
        (Some(main), _) => (relative_path(root, Utf8Path::new(&main.value)), &main.origin),
        (None, Some((wrangler, main))) => {
            (relative_path(root, &wrangler.directory().join(&main.value)), &main.origin)
        }
        (None, None) => return None,
    };
    if root.join(&path).is_file() {
        return Some(path);
    }
    let diagnostic = Diagnostic::error("missing-main", format!("the main module {path} does not exist"));
    let diagnostic = origin.label(diagnostic, "");
    diagnostics.push(match similar_file(root, &path) {
        Some(name) => diagnostic.help(format!("did you mean `{name}`?")),
        None => diagnostic.help("set `main` to the module that exports the Worker's handlers"),
    });
    None
}

/// A main module that esbuild cannot bundle may still be testable; what it exports is then only what is declared.
fn analyze_exports(
    project: &Project,
    main: &Utf8Path,
    vitest: &VitestConfig,
    wrangler: Option<&Wrangler>,
    sources: &Sources,
    diagnostics: &mut Diagnostics,
) -> Option<MainExports> {
    let mut arguments: Vec<String> =
        sources.aliases().map(|(specifier, file)| format!("--alias:{specifier}={file}")).collect();
    // What is in files of data changes no name; the resolver has reported rules that are wrong.
    let rules = settings::rules(vitest, wrangler, &mut Diagnostics::new());
    let extensions: BTreeSet<String> =
        rules.extensions().iter().map(ToString::to_string).chain(sources.made_extensions()).collect();
    arguments.extend(extensions.iter().map(|end| format!("--loader:{end}=empty")));
    if let Some(wrangler) = wrangler {
        let folder = project.root.join(wrangler.directory());
        arguments.extend(wrangler.alias.iter().map(|alias| {
            let relative = alias.to.value.starts_with('.');
            let to = if relative { folder.join(&alias.to.value).into() } else { alias.to.value.clone() };
            format!("--alias:{}={to}", alias.from.value)
        }));
        if let Some(tsconfig) = &wrangler.tsconfig {
            arguments.push(format!("--tsconfig={}", wrangler.directory().join(&tsconfig.value)));
        }
    }
    match analyze(&project.root, main, &arguments, &sources.known, &project.home, &project.cache) {
        Ok(analysis) => Some(analysis),
        Err(error) => {
            let title = format!("the exports of {main} are not known, because it cannot be bundled\n{error}");
            diagnostics.push(
                Diagnostic::warning("unknown-exports", title)
                    .help("name the classes it exports in `additionalExports` of the Vitest config"),
            );
            None
        }
    }
}
