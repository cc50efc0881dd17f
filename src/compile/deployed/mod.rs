//! A Worker as `wrangler deploy` makes it: its bundle, its own date and flags, its bindings.

mod options;
mod settings;

use camino::{Utf8Path, Utf8PathBuf};

use super::{
    bindings::{self, Bindings, Written},
    caches, dates, flags,
    static_files::{self, StaticFiles, Wanted},
};
use crate::{
    analyze::cache_api,
    bundle::{
        assets::Owner,
        dependencies::normalize,
        production::{Bundled, BundledModule, Production},
        simulators::OBJECTS,
        store::Modules,
    },
    compat::{self, Needs, Node, Settings, Workerd},
    config::wrangler::Wrangler,
    diagnostic::{Diagnostic, Diagnostics},
    plan::{DurableObjectNamespace, Module, ModuleKind, Worker},
    project::Project,
};

/// A compiled Worker.
pub(super) struct Deployed {
    pub(super) worker: Worker,
    /// What it is bound to.
    pub(super) bindings: Bindings,
    /// Files that it serves.
    pub(super) files: StaticFiles,
    /// What its main module exports, if that is known.
    pub(super) exports: Option<Vec<String>>,
    /// Its main module, relative to the project's root.
    pub(super) main: String,
    /// Every file that its bundle depends on; absolute.
    pub(super) inputs: Vec<Utf8PathBuf>,
}

/// Compiles the Worker called `name`; nothing if there was an error.
pub(super) fn worker(
    project: &Project,
    name: &str,
    written: Written<'_>,
    modules: &mut Modules,
    diagnostics: &mut Diagnostics,
) -> Option<Deployed> {
    let workerd = Workerd { home: &project.home, cache: &project.cache };
    let date = dates::resolve(written.wrangler, written.options, workerd, diagnostics);
    let flags = flags::own(written.wrangler, written.options);
    compat::check(&flags, workerd, diagnostics);
    let mut bindings = bindings::collect(written, diagnostics);
    let (date, parsed_date) = date?;
    let own_flags: Vec<String> = flags.iter().map(|own| own.flag.name.clone()).collect();
    let has_code = written.wrangler.is_none_or(|wrangler| wrangler.main.is_some());
    let owner = Owner { compatibility_date: &date.date, compatibility_flags: &own_flags, has_code };
    let files =
        static_files::compile(Wanted { project, written, owner }, &mut bindings, modules, diagnostics);
    let own = Settings::new(parsed_date, flags.iter().map(|own| own.flag.name.as_str()));
    let node = own.node() == Node::V2;
    let (bundled, main) = match written.wrangler {
        Some(wrangler) => bundle(project, name, wrangler, node, diagnostics)?,
        None => options::code(project, name, written.options, node, diagnostics)?,
    };
    let durable_objects: Vec<DurableObjectNamespace> = bindings
        .durable_objects
        .iter()
        .map(|class| DurableObjectNamespace {
            class: class.class.clone(),
            unique_key: unique_key(name, &class.class),
            sqlite: class.sqlite,
            prevent_eviction: false,
            container: class.container.clone(),
        })
        .collect();
    let mut own_modules = store(name, &bundled, modules);
    own_modules.extend(files.manifest_module(name, modules));
    let mut worker = Worker {
        modules: own_modules,
        compatibility_date: date,
        compatibility_flags: compat::flags(&flags, parsed_date, &Needs::default()).used,
        bindings: std::mem::take(&mut bindings.list),
        slot_bindings: vec![],
        durable_objects: vec![],
        workflows: std::mem::take(&mut bindings.workflows),
        durable_object_storage: None,
        global_outbound: bindings.global_outbound.take(),
        cache_api_outbound: caches::outbound(
            written.options,
            bundled.modules.iter().any(|module| cache_api::is_named(&module.content)),
        ),
        tails: std::mem::take(&mut bindings.tails),
        streaming_tails: std::mem::take(&mut bindings.streaming_tails),
    };
    for namespace in durable_objects {
        add_namespace(&mut worker, namespace);
    }
    Some(Deployed { worker, bindings, files, exports: bundled.exports, main, inputs: bundled.inputs })
}

/// Gives a Worker a namespace for a class of its own.
pub(super) fn add_namespace(worker: &mut Worker, namespace: DurableObjectNamespace) {
    worker.durable_objects.push(namespace);
    worker.durable_object_storage = Some(OBJECTS.to_owned());
}

/// What the objects of a Worker's class are stored under, as in Miniflare.
pub(super) fn unique_key(worker: &str, class: &str) -> String {
    format!("{worker}-{class}")
}

/// The Worker's bundle, and its main module relative to the project's root.
fn bundle(
    project: &Project,
    name: &str,
    wrangler: &Wrangler,
    node: bool,
    diagnostics: &mut Diagnostics,
) -> Option<(Bundled, String)> {
    let Some(main) = &wrangler.main else {
        if wrangler.assets.is_some() {
            return Some((assets_only(), String::new()));
        }
        let title = format!("the Worker `{name}` has no `main`");
        let diagnostic = Diagnostic::error("missing-main", title);
        diagnostics.push(match &wrangler.name {
            Some(name) => name.origin.label(diagnostic, "this Worker has neither code nor assets"),
            None => diagnostic,
        });
        return None;
    };
    let directory = wrangler.directory();
    let path = directory.join(&main.value);
    let production = Production {
        folder: &normalize(&project.root.join(directory)),
        main: Utf8Path::new(main.value.trim_start_matches("./")),
        settings: &settings::of(wrangler, node),
        home: &project.home,
        cache: &project.cache,
    };
    match production.build() {
        Ok(bundled) => Some((bundled, path.into_string())),
        Err(error) => {
            let title = format!("the Worker `{name}` cannot be bundled\n{error}");
            diagnostics.push(main.origin.label(Diagnostic::error("bundle", title), ""));
            None
        }
    }
}

/// What answers where a Worker of assets alone has no file.
fn assets_only() -> Bundled {
    let text = "export default { fetch: () => new Response(null, { status: 404 }) };\n";
    let module = BundledModule::new("assets-only.js", ModuleKind::EsModule, text.into());
    Bundled { modules: vec![module], exports: Some(vec!["default".to_owned()]), inputs: vec![] }
}

/// Keeps a bundle's modules under the Worker's name.
fn store(name: &str, bundled: &Bundled, modules: &mut Modules) -> Vec<Module> {
    let each = bundled.modules.iter().map(|module| Module {
        name: module.name.clone(),
        kind: module.kind,
        source: modules.file(&format!("workers/{name}/{}", module.name), module.content.clone()),
    });
    each.collect()
}
