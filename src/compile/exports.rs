//! From the main module's analysis to the exports of the generated test Worker.

mod declared;
mod undecided;

use camino::Utf8Path;
use minijinja::context;
use serde_json::Value;

use crate::{
    analyze::exports::{Declaration, MainExport, MainExports},
    config::vitest::{Named, PoolOptions},
    diagnostic::Diagnostics,
    plan::{DurableObjectClass, Export, ExportKind, Provenance},
};

use self::declared::Role;
use super::bindings;

pub(super) use declared::{Declared, declared};
pub(super) use undecided::{at, shown};

/// What each export of `main` is. What the project declares wins over what the sources show; `additionalExports` wins over
/// both. What cannot be decided, and what is declared and not there, is reported.
pub(super) fn kinds(
    root: &Utf8Path,
    main: &str,
    analysis: Option<&MainExports>,
    declared: &[Declared],
    pool: &PoolOptions,
    diagnostics: &mut Diagnostics,
) -> Vec<Export> {
    let mut exports: Vec<Export> = vec![];
    for found in analysis.into_iter().flat_map(|analysis| &analysis.exports) {
        let (kind, evidence) = kind_of(found);
        let provenance = match found.place.as_ref().map(undecided::shown) {
            Some(place) => Provenance::source(place.file, place.line),
            None => Provenance::rule("exports", format!("exported by {main}")),
        };
        let role = declared.iter().find(|declared| declared.name == found.name).map(|it| it.role);
        if let Some(hidden) = undecided::hidden(found)
            && role.is_none()
            && !pool.additional_exports.iter().any(|export| export.name.value == found.name)
        {
            diagnostics.push(undecided::diagnostic(root, &found.name, hidden));
        }
        exports.push(Export { name: found.name.clone(), kind, evidence, provenance, view: None });
    }
    if let Some(analysis) = analysis {
        declared::check(root, main, analysis, declared, pool, diagnostics);
    }
    for Declared { name, role, origin } in declared {
        let kind = match role {
            Role::DurableObject => ExportKind::DurableObject,
            Role::Workflow => ExportKind::Workflow,
            // A handler object is an entrypoint too.
            Role::Entrypoint => continue,
        };
        let evidence = format!("declared as a {} class, {origin}", kind.name());
        set(&mut exports, name, kind, evidence, bindings::of(origin));
    }
    for Named { name, value: kind } in &pool.additional_exports {
        let evidence = "said by `additionalExports`".to_owned();
        set(&mut exports, &name.value, kind.value, evidence, bindings::of(&name.origin));
    }
    exports.sort_by(|a, b| a.name.cmp(&b.name));
    exports
}

/// Lets workerd have views of objects that are called by RPC, because `file` expects the peer's words for its errors.
pub(super) fn set_views(exports: &mut [Export], file: Option<&str>) {
    for export in exports {
        if matches!(export.kind, ExportKind::WorkerEntrypoint | ExportKind::DurableObject) {
            export.view =
                file.map(|file| format!("{file} expects the RPC errors of `@cloudflare/vitest-plugin`"));
        }
    }
}

fn set(exports: &mut Vec<Export>, name: &str, kind: ExportKind, evidence: String, provenance: Provenance) {
    match exports.iter_mut().find(|export| export.name == name) {
        Some(export) if export.kind == kind => {}
        Some(export) => {
            export.evidence = format!("{evidence}; {}", export.evidence);
            export.kind = kind;
        }
        None => exports.push(Export { name: name.to_owned(), kind, evidence, provenance, view: None }),
    }
}

fn kind_of(export: &MainExport) -> (ExportKind, String) {
    match &export.declaration {
        Declaration::Extends { base, through } => {
            let kind = match base.as_str() {
                "DurableObject" => ExportKind::DurableObject,
                "WorkerEntrypoint" => ExportKind::WorkerEntrypoint,
                "WorkflowEntrypoint" => ExportKind::Workflow,
                _ => ExportKind::RpcTarget,
            };
            let through = through.as_ref().map_or_else(String::new, |through| format!(" through {through}"));
            (kind, format!("class extends {base}{through}"))
        }
        Declaration::Handler(handlers) if handlers.is_empty() => {
            (ExportKind::Handler, "typed as ExportedHandler".to_owned())
        }
        Declaration::Handler(handlers) => {
            (ExportKind::Handler, format!("object with {}", handlers.join(", ")))
        }
        // The default export may be made by a function, a framework's for example.
        _ if export.name == "default" => (ExportKind::Handler, "the default export".to_owned()),
        Declaration::Class { hidden: None, .. } => (ExportKind::Value, "class".to_owned()),
        Declaration::Class { hidden: Some(hidden), .. } => {
            (ExportKind::Value, format!("class that extends something from `{}`", hidden.import))
        }
        Declaration::Function => (ExportKind::Value, "function".to_owned()),
        Declaration::Value => (ExportKind::Value, "value".to_owned()),
        Declaration::Hidden(hidden) => (ExportKind::Value, format!("hidden behind `{}`", hidden.import)),
    }
}

/// The text of the main module of all test Workers.
pub(super) fn main_module(
    main: Option<&str>,
    exports: &[Export],
    durable_objects: &[DurableObjectClass],
) -> Result<String, minijinja::Error> {
    let image = |class: &str| {
        let object = durable_objects.iter().find(|object| object.class == class)?;
        object.container.as_deref()
    };
    // Each is a name and the expression that makes it.
    let mut generated: Vec<(String, String)> = exports
        .iter()
        .filter(|export| is_identifier(&export.name))
        .filter_map(|export| {
            let name = Value::from(export.name.as_str());
            let method = match export.kind {
                ExportKind::Handler => format!("handler({name})"),
                ExportKind::WorkerEntrypoint => format!("entrypoint({name})"),
                ExportKind::DurableObject => match image(&export.name) {
                    // The runner answers in the container's place.
                    Some(image) => format!("durableObject({name}, {})", Value::from(image)),
                    None => format!("durableObject({name})"),
                },
                ExportKind::Workflow => format!("workflow({name})"),
                _ => return None,
            };
            Some((export.name.clone(), method))
        })
        .collect();
    // workerd wants a main module to have something to call; calling this one says what is missing.
    if !generated.iter().any(|(name, _)| name == "default") {
        generated.insert(0, ("default".to_owned(), "handler(\"default\")".to_owned()));
    }
    let environment = minijinja::Environment::new();
    environment.render_str(include_str!("../../templates/test-worker.js"), context! { main, exports => generated.iter().map(|(name, method)| context! { name, method }).collect::<Vec<_>>() })
}

fn is_identifier(name: &str) -> bool {
    !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '$')
}

/// The word that the runner has for a kind, if it is one of `ctx.exports`.
pub(super) fn runner_kind(kind: ExportKind) -> Option<&'static str> {
    match kind {
        ExportKind::Handler => Some("handler"),
        ExportKind::WorkerEntrypoint => Some("entrypoint"),
        ExportKind::DurableObject => Some("durableObject"),
        ExportKind::Workflow => Some("workflow"),
        _ => None,
    }
}
