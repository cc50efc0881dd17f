//! Everything that is read of a project, checked, before anything is built from it.

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};

use crate::{
    analyze::exports::{MainExports, analyze},
    bundle::store::Modules,
    compat::{self, OwnFlag, Settings, Workerd},
    config::{
        date::Date,
        dev_vars,
        origin::Spanned,
        vitest::VitestConfig,
        wrangler::{self, Wrangler},
    },
    diagnostic::{Diagnostic, Diagnostics},
    plan::{CompatibilityDate, Export, Flag, Provenance},
    project::{Project, relative_path},
};

use super::{
    bindings::{self, Bindings, Names, Written},
    dates, exports,
    sources::{Sources, similar_file},
};

/// A project, read.
pub(super) struct Inputs {
    pub(super) vitest: VitestConfig,
    /// The Worker's name.
    pub(super) name: String,
    /// The main module, relative to the root.
    pub(super) main: Option<Utf8PathBuf>,
    pub(super) bindings: Bindings,
    pub(super) date: CompatibilityDate,
    pub(super) parsed_date: Date,
    /// The Worker's own flags.
    pub(super) flags: Vec<OwnFlag>,
    pub(super) sources: Sources,
    pub(super) exports: Vec<Export>,
    /// The compiled sources.
    pub(super) modules: Modules,
}

impl Inputs {
    /// Reads everything, and reports every problem that one pass can find. `None` if there was an error.
    pub(super) fn read(
        project: &Project,
        vitest: VitestConfig,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let Project { root, home, .. } = project;
        check_supported(&vitest, diagnostics);
        let wrangler = load_wrangler(project, &vitest, diagnostics)?;
        let wrangler = wrangler.as_ref();
        let main = main_module(root, wrangler, &vitest, diagnostics);

        let process: BTreeMap<String, String> = std::env::vars().collect();
        let dev_vars = wrangler.map(|wrangler| dev_vars::load(root, wrangler, &process, diagnostics));
        let written = Written {
            wrangler,
            dev_vars: dev_vars.as_ref(),
            options: &vitest.pool.miniflare,
            pool: &vitest.pool,
            names: Names {
                own: wrangler.and_then(|wrangler| wrangler.name.as_ref()).map(|name| name.value.as_str()),
                under_test: None,
            },
        };
        let bindings = bindings::collect(written, diagnostics);

        let workerd = Workerd { home, cache: &project.cache };
        let date = dates::resolve(wrangler, &vitest, workerd, diagnostics);
        let flags = own_flags(wrangler, &vitest);
        compat::check(&flags, workerd, diagnostics);
        let names = || flags.iter().map(|own| own.flag.name.as_str());
        let node = date.as_ref().is_some_and(|(_, date)| compat::has_node(&Settings::new(*date, names())));
        let mut modules = Modules::new(&project.cache);
        let sources =
            Sources::compile(project, &vitest, wrangler, main.as_deref(), node, &mut modules, diagnostics);
        let ((date, parsed_date), sources) = (date?, sources?);

        let analysis =
            main.as_deref().and_then(|main| analyze_exports(project, main, wrangler, &sources, diagnostics));
        let main_name = main.as_deref().map_or("the main module", Utf8Path::as_str);
        let declared = exports::declared(wrangler, &bindings.class_origins);
        let exports =
            exports::kinds(root, main_name, analysis.as_ref(), &declared, &vitest.pool, diagnostics);
        let name = wrangler
            .and_then(|wrangler| wrangler.name.as_ref())
            .map_or_else(|| "worker".to_owned(), |name| name.value.clone());
        (!diagnostics.has_errors()).then_some(Self {
            vitest,
            name,
            main,
            bindings,
            date,
            parsed_date,
            flags,
            sources,
            exports,
            modules,
        })
    }
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
        Some(path) => relative_path(root, Utf8Path::new(path)),
        None => match wrangler::discover(root, Utf8Path::new(""), &mut Diagnostics::new()) {
            Some(path) => path,
            None => return Some(None),
        },
    };
    let mut found = Diagnostics::new();
    let wrangler = wrangler::load(root, &path, environment.as_deref(), &mut found);
    // What has no place in the file, because there is none, is shown where the file is named.
    let named = vitest.pool.wrangler_config_path.as_ref().and_then(|_| vitest.pool.origin("configPath"));
    diagnostics.extend(found.into_iter().map(|diagnostic| match &named {
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
        (Some(main), _) => (relative_path(root, Utf8Path::new(main)), vitest.pool.origin("main")),
        (None, Some((wrangler, main))) => {
            (relative_path(root, &wrangler.directory().join(&main.value)), Some(main.origin.clone()))
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
    diagnostics.push(match similar_file(root, &path) {
        Some(name) => diagnostic.help(format!("did you mean `{name}`?")),
        None => diagnostic.help("set `main` to the module that exports the Worker's handlers"),
    });
    None
}

/// The flags of the wrangler file, and those of the Vitest config that are not among them.
fn own_flags(wrangler: Option<&Wrangler>, vitest: &VitestConfig) -> Vec<OwnFlag> {
    let written = wrangler.into_iter().flat_map(|wrangler| &wrangler.compatibility_flags);
    let own = |flag: &Spanned<String>| OwnFlag {
        flag: Flag { name: flag.value.clone(), provenance: bindings::of(&flag.origin) },
        origin: Some(flag.origin.clone()),
    };
    let mut flags: Vec<OwnFlag> = written.map(own).collect();
    let origin = vitest.pool.origin("compatibilityFlags");
    for name in &vitest.pool.miniflare.compatibility_flags {
        if flags.iter().any(|own| own.flag.name == *name) {
            continue;
        }
        let provenance = match &origin {
            Some(origin) => bindings::of(origin),
            None => Provenance::rule("pool-options", "`miniflare.compatibilityFlags` of the Vitest config"),
        };
        flags.push(OwnFlag { flag: Flag { name: name.clone(), provenance }, origin: origin.clone() });
    }
    flags
}

/// A main module that esbuild cannot bundle may still be testable; what it exports is then only what is declared.
fn analyze_exports(
    project: &Project,
    main: &Utf8Path,
    wrangler: Option<&Wrangler>,
    sources: &Sources,
    diagnostics: &mut Diagnostics,
) -> Option<MainExports> {
    let mut arguments: Vec<String> =
        sources.aliases().map(|(specifier, file)| format!("--alias:{specifier}={file}")).collect();
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
