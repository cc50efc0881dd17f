//! Auxiliary Workers of `miniflare.workers`: their code is given as modules, as a script, or as a file to start from.

use std::fs;

use camino::{Utf8Path, Utf8PathBuf};

use crate::{
    bundle::{
        dependencies::normalize,
        production::{Bundled, BundledModule, Production, Settings},
    },
    compile::settings::{module_kind, module_rule},
    config::{
        origin::Origin,
        vitest::{Module, ModuleContents, Modules, WorkerOptions},
    },
    diagnostic::{Diagnostic, Diagnostics},
    plan::ModuleKind,
    project::Project,
};

/// The name of a module whose text is in the config.
const SCRIPT: &str = "script.js";

/// The modules of a Worker, and what its main module is called in messages.
pub(super) fn code(
    project: &Project,
    name: &str,
    options: &WorkerOptions,
    node: bool,
    diagnostics: &mut Diagnostics,
) -> Option<(Bundled, String)> {
    match (options.modules.as_ref().map(|modules| &modules.value), &options.script, &options.script_path) {
        (Some(Modules::List(list)), _, _) => listed(project, options, list, diagnostics),
        (modules, Some(script), _) => {
            let is_module = matches!(modules, Some(Modules::Script(true)));
            let kind = if is_module { ModuleKind::EsModule } else { ModuleKind::ServiceWorker };
            let module = BundledModule::new(SCRIPT, kind, script.value.clone().into_bytes());
            Some((Bundled { modules: vec![module], ..Bundled::default() }, format!("the script of `{name}`")))
        }
        (_, None, Some(path)) => {
            from_file(project, name, options, &path.value, &path.origin, node, diagnostics)
        }
        (_, None, None) => {
            let title = format!("the Worker `{name}` has no code");
            let diagnostic = Diagnostic::error("missing-main", title);
            let origin = options.name.as_ref().map(|name| &name.origin);
            let diagnostic = origin.map_or(diagnostic.clone(), |origin| origin.label(diagnostic, ""));
            diagnostics.push(diagnostic.help("give it `modules`, `script` or `scriptPath`, or leave it out of `miniflare.workers`: a Worker with a wrangler file is found by its name"));
            None
        }
    }
}

/// A file, bundled with all that it imports: it may be TypeScript.
fn from_file(
    project: &Project,
    name: &str,
    options: &WorkerOptions,
    path: &Utf8Path,
    origin: &Origin,
    node: bool,
    diagnostics: &mut Diagnostics,
) -> Option<(Bundled, String)> {
    if !project.root.join(path).is_file() {
        let title = format!("`{name}`: there is no file {path}");
        diagnostics.push(origin.label(Diagnostic::error("missing-main", title), ""));
        return None;
    }
    let file = normalize(&project.root.join(path));
    let folder = file.parent()?;
    let settings = Settings {
        rules: options.modules_rules.iter().filter_map(module_rule).collect(),
        node,
        ..Settings::default()
    };
    let production = Production {
        folder,
        main: Utf8Path::new(file.file_name()?),
        settings: &settings,
        home: &project.home,
        cache: &project.cache,
    };
    match production.build() {
        Ok(bundled) => Some((bundled, path.to_string())),
        Err(error) => {
            let title = format!("the Worker `{name}` cannot be bundled\n{error}");
            diagnostics.push(origin.label(Diagnostic::error("bundle", title), ""));
            None
        }
    }
}

/// Modules that are all listed, by their path from `modulesRoot`.
fn listed(
    project: &Project,
    options: &WorkerOptions,
    list: &[Module],
    diagnostics: &mut Diagnostics,
) -> Option<(Bundled, String)> {
    let root = options.modules_root.as_ref().map_or(&options.root_path, |root| &root.value);
    let mut bundled = Bundled::default();
    for module in list {
        let path = &module.path.value;
        let file = project.root.join(path);
        let content = match &module.contents {
            Some(ModuleContents::Text(text)) => text.clone().into_bytes(),
            Some(ModuleContents::Bytes(bytes)) => bytes.clone(),
            None => match fs::read(&file) {
                Ok(content) => content,
                Err(error) => {
                    let title = format!("cannot read {path}: {error}");
                    let diagnostic = Diagnostic::error("missing-file", title);
                    diagnostics.push(module.path.origin.label(diagnostic, ""));
                    continue;
                }
            },
        };
        let Some(kind) = module_kind(module.module_type.value) else {
            let diagnostic = Diagnostic::error("python", "modules in Python are not supported");
            diagnostics.push(module.module_type.origin.label(diagnostic, ""));
            continue;
        };
        let name = path.strip_prefix(root).unwrap_or(path);
        bundled.modules.push(BundledModule::new(name.as_str(), kind, content));
        bundled.inputs.push(file);
    }
    let main = list.first().map_or_else(Utf8PathBuf::new, |module| module.path.value.clone());
    (bundled.modules.len() == list.len()).then(|| (bundled, main.into_string()))
}
