//! From the main module's analysis to the exports of the generated test Worker.

use minijinja::context;

use crate::{
    analyze::exports::{Declaration, MainExports},
    config::vitest::PoolOptions,
    plan::{DurableObjectClass, Export, ExportKind, Provenance},
};

/// What each export of `main` is. What the project declares wins over what the bundle shows.
pub(super) fn kinds(
    analysis: Option<&MainExports>,
    main: &str,
    durable_objects: &[DurableObjectClass],
    pool: &PoolOptions,
) -> Vec<Export> {
    let mut exports: Vec<Export> = analysis
        .into_iter()
        .flat_map(|analysis| &analysis.exports)
        .map(|export| {
            let (kind, evidence) = kind_of(&export.name, &export.declaration);
            let provenance = Provenance::rule("exports", format!("exported by {main}"));
            Export { name: export.name.clone(), kind, evidence, provenance }
        })
        .collect();
    for class in durable_objects {
        let evidence = "declared as a Durable Object class".to_owned();
        set(&mut exports, &class.class, ExportKind::DurableObject, evidence, class.provenance.clone());
    }
    for (name, kind) in &pool.additional_exports {
        let kind = match kind.as_str() {
            "DurableObject" => ExportKind::DurableObject,
            "WorkerEntrypoint" => ExportKind::WorkerEntrypoint,
            "WorkflowEntrypoint" => ExportKind::Workflow,
            _ => continue,
        };
        let provenance = Provenance::rule("additional-exports", "`additionalExports` of the Vitest config");
        set(&mut exports, name, kind, "said by `additionalExports`".to_owned(), provenance);
    }
    exports.sort_by(|a, b| a.name.cmp(&b.name));
    exports
}

fn set(exports: &mut Vec<Export>, name: &str, kind: ExportKind, evidence: String, provenance: Provenance) {
    match exports.iter_mut().find(|export| export.name == name) {
        Some(export) if export.kind == kind => {}
        Some(export) => (export.kind, export.evidence) = (kind, evidence),
        None => exports.push(Export { name: name.to_owned(), kind, evidence, provenance }),
    }
}

fn kind_of(name: &str, declaration: &Declaration) -> (ExportKind, String) {
    match declaration {
        Declaration::Extends(base) => {
            let kind = match base.as_str() {
                "DurableObject" => ExportKind::DurableObject,
                "WorkerEntrypoint" => ExportKind::WorkerEntrypoint,
                "WorkflowEntrypoint" => ExportKind::Workflow,
                _ => ExportKind::Value,
            };
            (kind, format!("class extends {base}"))
        }
        Declaration::Handler => (ExportKind::Handler, "object with an event handler".to_owned()),
        // The default export may be made by a function, a framework's for example.
        _ if name == "default" => (ExportKind::Handler, "the default export".to_owned()),
        Declaration::Class => (ExportKind::Value, "class".to_owned()),
        Declaration::Function => (ExportKind::Value, "function".to_owned()),
        Declaration::Value => (ExportKind::Value, "value".to_owned()),
    }
}

/// The text of the main module of all test Workers.
pub(super) fn main_module(main: Option<&str>, exports: &[Export]) -> Result<String, minijinja::Error> {
    // Each is a name and the expression that makes it.
    let mut generated: Vec<(String, String)> = exports
        .iter()
        .filter(|export| is_identifier(&export.name))
        .filter_map(|export| {
            let name = serde_json::Value::from(export.name.as_str());
            let method = match export.kind {
                ExportKind::Handler => format!("handler({name})"),
                ExportKind::WorkerEntrypoint => format!("entrypoint({name})"),
                ExportKind::DurableObject => format!("durableObject({name})"),
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
