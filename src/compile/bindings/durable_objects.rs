//! Durable Object classes and their namespaces.

use std::collections::BTreeSet;

use super::{
    Bindings, Written, of,
    services::{Need, Reference, in_environment},
};
use crate::{
    config::{
        origin::Origin,
        wrangler::{ExportKind, Storage, Wrangler},
    },
    diagnostic::{Diagnostic, Diagnostics},
    plan::{BindingKind, DurableObjectClass, ServiceTarget},
};

pub(super) fn from_wrangler(
    wrangler: &Wrangler,
    written: Written<'_>,
    found: &mut Bindings,
    diagnostics: &mut Diagnostics,
) {
    let mut classes: Vec<(String, Origin)> = vec![];
    for binding in &wrangler.durable_objects {
        let class = &binding.class_name;
        let service = match &binding.script_name {
            None => None,
            Some(script) => {
                let reference = Reference {
                    worker: in_environment(script, binding.environment.as_ref()),
                    origin: script.origin.clone(),
                    who: format!("the Durable Object binding `{}`", binding.name),
                    needs: Some(Need::DurableObject(class.clone())),
                };
                match found.worker(written.names, reference) {
                    ServiceTarget::SelfWorker => None,
                    ServiceTarget::Named(service) => Some(service),
                }
            }
        };
        if service.is_none() {
            classes.push((class.value.clone(), class.origin.clone()));
        }
        let kind = BindingKind::DurableObject { class: class.value.clone(), service };
        found.set(&binding.name.value, kind, of(&binding.name.origin));
    }
    classes.extend(declared(wrangler, diagnostics));
    let mut seen = BTreeSet::new();
    for (class, origin) in classes {
        if !seen.insert(class.clone()) {
            continue;
        }
        found.durable_objects.push(DurableObjectClass {
            sqlite: wrangler.durable_object_storage(&class) == Storage::Sqlite,
            provenance: of(&origin),
            container: None,
            class: class.clone(),
        });
        found.class_origins.push((class, origin));
    }
}

/// Classes of the migrations and of `exports`: a class without a binding has a namespace all the same, reached through
/// `ctx.exports`.
fn declared(wrangler: &Wrangler, diagnostics: &mut Diagnostics) -> Vec<(String, Origin)> {
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
        classes.push((class.value.clone(), class.origin.clone()));
    }
    for export in &wrangler.exports {
        match export.kind {
            ExportKind::DurableObject { .. } => {
                classes.push((export.name.value.clone(), export.name.origin.clone()));
            }
            _ => diagnostics.push(export.name.origin.label(
                Diagnostic::error(
                    "unsupported-export",
                    format!("the export `{}` is of a kind that is not supported yet", export.name.value),
                ),
                "",
            )),
        }
    }
    classes
}
