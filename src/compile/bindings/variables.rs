//! Variables and secrets.

use serde_json::Value;

use super::{Bindings, Names, services::Carried};
use crate::{
    config::{
        dev_vars::DevVars,
        vitest::{Named, WorkerOptions},
        wrangler::Wrangler,
    },
    plan::{BindingKind, Provenance},
};

pub(super) fn from_wrangler(wrangler: &Wrangler, found: &mut Bindings) {
    for var in &wrangler.vars {
        found.add(&var.name, value(&var.value.value));
    }
}

/// A local variable takes the place of a variable or secret, but not of a binding of another kind, as in wrangler.
pub(super) fn from_dev_vars(dev_vars: &DevVars, names: Names<'_>, found: &mut Bindings) {
    let is_variable = |kind: &BindingKind| {
        matches!(kind, BindingKind::Text { .. } | BindingKind::Json { .. } | BindingKind::Secret { .. })
    };
    for variable in &dev_vars.values {
        if found.list.iter().any(|other| other.name == variable.name && !is_variable(&other.kind)) {
            continue;
        }
        let name = names.variable(Carried::Secret, &variable.name);
        let provenance = Provenance::rule("local-variable", format!("from {}", variable.origin));
        found.set(&variable.name, BindingKind::Secret { variable: name.clone() }, provenance);
        found.secrets.push((name, variable.value.clone()));
    }
}

pub(super) fn from_options(options: &WorkerOptions, found: &mut Bindings) {
    for Named { name, value: bound } in &options.bindings {
        found.add(name, value(&bound.value));
    }
}

/// A string is bound as text, anything else as JSON.
fn value(value: &Value) -> BindingKind {
    match value {
        Value::String(value) => BindingKind::Text { value: value.clone() },
        value => BindingKind::Json { value: value.clone() },
    }
}
