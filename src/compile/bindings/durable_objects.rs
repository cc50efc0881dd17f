//! Durable Object classes and their namespaces.

use std::collections::BTreeSet;

use super::{
    Bindings, Written, of,
    services::{Need, Reference, in_environment},
};
use crate::{
    config::{
        origin::{Origin, Spanned},
        vitest::{DurableObject, Named},
        wrangler::{ExportKind, Storage, Wrangler},
    },
    diagnostic::{Diagnostic, Diagnostics},
    plan::{BindingKind, DurableObjectClass, ServiceTarget},
};

/// A class that the Worker has a namespace for.
struct Class<'a> {
    name: &'a Spanned<String>,
    /// Whether an option says that it has SQL storage.
    sqlite: Option<bool>,
}

pub(super) fn collect(written: Written<'_>, found: &mut Bindings, diagnostics: &mut Diagnostics) {
    let mut classes: Vec<Class<'_>> = vec![];
    for binding in written.wrangler.into_iter().flat_map(|wrangler| &wrangler.durable_objects) {
        let class = &binding.class_name;
        let environment = binding.environment.as_ref();
        let script = binding.script_name.as_ref();
        let script = script.map(|script| (in_environment(script, environment), script.origin.clone()));
        if bind(written, &binding.name, class, script, found) {
            classes.push(Class { name: class, sqlite: None });
        }
    }
    for Named { name, value: object } in &written.options.durable_objects {
        refuse_ephemeral(object, diagnostics);
        let class = &object.class_name;
        let script = object.script_name.clone().map(|script| (script.value, script.origin));
        if bind(written, name, class, script, found) {
            classes.push(Class { name: class, sqlite: object.use_sqlite.as_ref().map(|it| it.value) });
        }
    }
    for object in &written.options.additional_unbound_durable_objects {
        refuse_ephemeral(object, diagnostics);
        let sqlite = object.use_sqlite.as_ref().map(|it| it.value);
        classes.push(Class { name: &object.class_name, sqlite });
    }
    if let Some(wrangler) = written.wrangler {
        let declared = declared(wrangler);
        classes.extend(declared.into_iter().map(|name| Class { name, sqlite: None }));
    }
    let mut namespaces: Vec<(&Spanned<String>, DurableObjectClass)> = vec![];
    for Class { name, sqlite } in classes {
        if let Some((_, known)) = namespaces.iter_mut().find(|(known, _)| known.value == name.value) {
            known.sqlite = sqlite.unwrap_or(known.sqlite);
            continue;
        }
        let storage = written.wrangler.map(|wrangler| wrangler.durable_object_storage(&name.value));
        let class = DurableObjectClass {
            class: name.value.clone(),
            sqlite: sqlite.unwrap_or(storage == Some(Storage::Sqlite)),
            container: container(written, &name.value),
            provenance: of(&name.origin),
        };
        namespaces.push((name, class));
    }
    for (name, class) in namespaces {
        found.class_origins.push((name.value.clone(), name.origin.clone()));
        found.durable_objects.push(class);
    }
}

/// Adds a binding; says whether its class is the Worker's own.
fn bind(
    written: Written<'_>,
    name: &Spanned<String>,
    class: &Spanned<String>,
    script: Option<(String, Origin)>,
    found: &mut Bindings,
) -> bool {
    let service = script.and_then(|(worker, origin)| {
        let who = format!("the Durable Object binding `{name}`");
        let needs = Some(Need::DurableObject(class.clone()));
        match found.worker(written.names, Reference { worker, origin, who, needs }) {
            ServiceTarget::SelfWorker => None,
            ServiceTarget::Named(service) => Some(service),
        }
    });
    let is_own = service.is_none();
    found.add(name, BindingKind::DurableObject { class: class.value.clone(), service });
    is_own
}

/// Objects without storage, whose ids are any texts, are none that workerd can be told of in a test Worker.
fn refuse_ephemeral(object: &DurableObject, diagnostics: &mut Diagnostics) {
    if object.is_ephemeral {
        let title = format!("the class `{}` cannot be without storage", object.class_name);
        let diagnostic = object.class_name.origin.label(Diagnostic::error("unsupported-option", title), "");
        diagnostics
            .push(diagnostic.help("take `unsafeUniqueKey` out: every test file has storage of its own"));
    }
}

/// The image of a class's containers.
fn container(written: Written<'_>, class: &str) -> Option<String> {
    let containers = written.wrangler.into_iter().flat_map(|wrangler| &wrangler.containers);
    let mut own =
        containers.filter(|container| container.class_name.as_ref().is_some_and(|name| name.value == class));
    own.next().map(|container| {
        // wrangler builds an image from a Dockerfile, and calls it so.
        let name =
            container.name.as_ref().map_or_else(|| class.to_ascii_lowercase(), |name| name.value.clone());
        match &container.image {
            Some(image) if !image.value.contains("Dockerfile") => image.value.clone(),
            _ => format!("cloudflare-dev/{name}:worker"),
        }
    })
}

/// Classes of the migrations and of `exports`: a class without a binding has a namespace all the same, reached through
/// `ctx.exports`.
fn declared(wrangler: &Wrangler) -> Vec<&Spanned<String>> {
    let mut classes = vec![];
    let created =
        wrangler.migrations.iter().flat_map(|step| step.new_classes.iter().chain(&step.new_sqlite_classes));
    let gone: BTreeSet<&str> = wrangler
        .migrations
        .iter()
        .flat_map(|step| {
            step.deleted_classes
                .iter()
                .map(|class| class.value.as_str())
                .chain(step.renamed_classes.iter().map(|class| class.from.value.as_str()))
        })
        .collect();
    let renamed =
        wrangler.migrations.iter().flat_map(|step| step.renamed_classes.iter().map(|class| &class.to));
    for class in created.chain(renamed).filter(|class| !gone.contains(class.value.as_str())) {
        classes.push(class);
    }
    for export in &wrangler.exports {
        match export.kind {
            ExportKind::DurableObject(_) => classes.push(&export.name),
            // An entrypoint needs nothing, and neither does a class that is gone.
            ExportKind::Worker | ExportKind::RetiredDurableObject | ExportKind::Workflow => {}
        }
    }
    classes
}
